//! Words that mean the same to somebody who looks for a place, in English and French, and words that tell nothing.
//!
//! Whoever writes in one language finds what is written in the other. Words are as [`super::fold`] leaves them.

/// Groups of words of which each finds the others.
pub const SYNONYMS: &[&[&str]] = &[
    // What it is.
    &["apartment", "apt", "flat", "condo", "condominium", "appartement", "appart"],
    &["house", "home", "maison", "townhouse"],
    &["studio", "efficiency"],
    &["room", "chambre", "salle", "piece"],
    &["bedroom", "br", "bdrm", "chambre"],
    &["bathroom", "bath", "bain", "salle de bain"],
    &["bed", "lit"],
    &["kitchen", "cuisine", "kitchenette"],
    &["loft", "penthouse"],
    &["cottage", "cabin", "chalet", "cabane"],
    &["country", "campagne"],
    &["villa", "mansion", "manor", "manoir"],
    &["castle", "chateau"],
    &["hotel", "inn", "auberge"],
    &["brownstone", "rowhouse"],
    &["basement", "sous-sol"],
    &["ground floor", "rez-de-chaussee"],
    &["attic", "grenier", "combles"],
    &["floor", "etage"],
    &["garden", "yard", "backyard", "jardin"],
    &["terrace", "patio", "terrasse"],
    &["balcony", "balcon"],
    &["roof", "rooftop", "toit"],
    &["boat", "yacht", "houseboat", "sailboat", "bateau", "peniche", "voilier"],
    // How it is.
    &["cozy", "cosy", "snug", "douillet"],
    &["charming", "charmant", "lovely"],
    &["quiet", "peaceful", "calm", "tranquil", "calme", "tranquille", "paisible"],
    &["sunny", "bright", "ensoleille", "lumineux", "lumineuse"],
    &["large", "spacious", "big", "huge", "grand", "grande", "spacieux", "spacieuse"],
    &["small", "little", "tiny", "petit", "petite"],
    &["modern", "contemporary", "moderne", "contemporain"],
    &["historic", "historical", "historique"],
    &["victorian", "victorien", "victorienne"],
    &["beautiful", "gorgeous", "beau", "belle", "magnifique"],
    &["comfortable", "comfy", "confortable"],
    &["elegant", "stylish", "chic", "elegante"],
    &["old", "ancien", "ancienne", "vieux", "vieille"],
    &["luxury", "luxurious", "luxe", "luxueux", "luxueuse", "upscale"],
    &["cheap", "affordable", "budget", "economique", "abordable"],
    &["renovated", "remodeled", "renove", "renovee"],
    &["clean", "propre"],
    &["private", "prive", "privee"],
    &["shared", "partage", "partagee"],
    &["furnished", "meuble", "meublee"],
    &["free", "gratuit", "gratuite"],
    &["entire", "whole", "entier", "entiere"],
    &["family", "famille", "familial"],
    &["brick", "brique"],
    // What it has.
    &["wifi", "wi-fi", "internet", "wireless"],
    &["parking", "garage", "stationnement"],
    &["pool", "piscine"],
    &["gym", "fitness", "salle de sport"],
    &["elevator", "lift", "ascenseur"],
    &["fireplace", "cheminee"],
    &["washer", "laundry", "lave-linge", "buanderie"],
    &["dryer", "seche-linge"],
    &["heating", "chauffage"],
    &["aircon", "ac", "air conditioning", "climatisation", "clim"],
    &["tv", "television", "tele"],
    &["view", "views", "vue"],
    &["breakfast", "petit dejeuner"],
    &["wheelchair", "handicap", "disability", "disabled", "fauteuil roulant"],
    &["smoking", "fumeur"],
    &["dishwasher", "lave-vaisselle"],
    &["desk", "workspace", "bureau"],
    &["pet", "pets", "animal", "animaux"],
    &["dog", "dogs", "chien"],
    &["cat", "cats", "chat"],
    &["jacuzzi", "hot tub", "hottub", "spa"],
    // Where it is.
    &["downtown", "center", "centre", "city center", "centre ville"],
    &["subway", "metro", "underground"],
    &["train", "rail"],
    &["station", "gare"],
    &["airport", "aeroport"],
    &["bus", "autobus"],
    &["beach", "plage"],
    &["sea", "ocean", "mer"],
    &["harbor", "harbour", "port"],
    &["waterfront", "water front", "front de mer", "bord de mer"],
    &["lake", "lac"],
    &["river", "riviere", "fleuve"],
    &["water", "eau"],
    &["park", "parc"],
    &["hill", "colline"],
    &["street", "st", "rue"],
    &["avenue", "ave"],
    &["mount", "mt", "mont"],
    &["university", "college", "campus", "universite"],
    &["school", "ecole"],
    &["student", "etudiant"],
    &["church", "eglise"],
    &["city", "ville"],
    &["chinatown", "chinese", "chinois", "quartier chinois"],
    &["italy", "italian", "italie", "italien"],
    &["restaurant", "resto", "dining"],
    &["shop", "shops", "shopping", "magasin", "boutique"],
    &["hospital", "hopital", "medical"],
    &["museum", "musee"],
    &["theater", "theatre"],
    &["stadium", "stade"],
    &["market", "marche"],
    &["walk", "walking", "pied"],
    &["south", "sud"],
    &["north", "nord"],
    &["east", "est"],
    &["west", "ouest"],
];

/// Words that tell nothing about a place, in English and French; `near` and its like among them, since it is what is
/// near that is looked for.
pub const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "are", "at", "by", "close", "for", "from", "in", "is", "it", "its", "me", "my", "near", "nearby",
    "of", "on", "or", "our", "that", "the", "this", "to", "very", "we", "with", "you", "your", "au", "aux", "avec",
    "ce", "cette", "chez", "cote", "d", "dans", "de", "des", "du", "en", "entre", "et", "l", "la", "le", "les", "mon",
    "ma", "notre", "nous", "ou", "par", "pas", "pour", "pres", "proche", "qui", "s", "sa", "ses", "son", "sur", "tres",
    "un", "une", "votre", "vous",
];

/// What means the same as a word, or as two that stand together, the typed ones left out. Plurals of both languages are
/// understood.
pub(super) fn synonyms(typed: &str) -> Vec<String> {
    let singulars = [Some(typed), typed.strip_suffix('s'), typed.strip_suffix('x'), typed.strip_suffix("es")];
    let forms: Vec<&str> = singulars.into_iter().flatten().filter(|form| !form.is_empty()).collect();
    let is_meant = |one: &&str| forms.contains(one) || forms.contains(&telling(one).as_str());
    let groups = SYNONYMS.iter().filter(|group| group.iter().any(is_meant));
    let mut others: Vec<String> = groups.flat_map(|group| group.iter()).map(|one| (*one).to_owned()).collect();
    others.retain(|other| other != typed);
    others.sort_unstable();
    others.dedup();
    others
}

/// As somebody types it whose words that tell nothing are left out: `salle de bain` as `salle bain`.
fn telling(synonym: &str) -> String {
    let words = synonym.split(|c: char| !c.is_alphanumeric()).filter(|word| !STOP_WORDS.contains(word));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold;

    #[test]
    fn a_word_finds_its_group_in_either_language_and_number() {
        assert!(synonyms("appartement").contains(&"apartment".to_owned()));
        assert!(synonyms("apartments").contains(&"flat".to_owned()));
        assert!(synonyms("bateaux").contains(&"boat".to_owned()));
        assert!(synonyms("chambre").contains(&"room".to_owned()));
        assert!(synonyms("salle bain").contains(&"bathroom".to_owned()));
        assert!(synonyms("hot tub").contains(&"jacuzzi".to_owned()));
        assert_eq!(synonyms("fenway"), [""; 0]);
        assert!(!synonyms("loft").contains(&"loft".to_owned()));
    }

    #[test]
    fn every_word_stands_as_it_is_compared() {
        for word in SYNONYMS.iter().copied().flatten().chain(STOP_WORDS) {
            assert_eq!(fold(word), *word);
        }
    }
}
