//! Words that mean the same to somebody who looks for a place, in English and French, and words that tell nothing.
//!
//! Whoever writes in one language finds what is written in the other. Words are as [`super::fold`] leaves them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Groups of names of things of which each finds the others.
const THINGS: &[&[&str]] = &[
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
    &["farm", "ferme"],
    &["barn", "grange"],
    &["tent", "tente"],
    &["caravan", "camper", "rv", "caravane", "camping-car"],
    &["duplex", "maisonette", "maisonnette"],
    &["living room", "lounge", "salon", "sejour"],
    &["dining room", "salle a manger"],
    &["sofa", "couch", "canape"],
    &["shower", "douche"],
    &["bathtub", "tub", "baignoire"],
    &["entrance", "entry", "entree"],
    &["stairs", "staircase", "escalier"],
    &["window", "fenetre"],
    &["wood", "wooden", "bois"],
    &["stone", "pierre"],
    // Whom and what it is for.
    &["family", "families", "famille", "familial"],
    &["children", "child", "kids", "kid", "enfant"],
    &["baby", "babies", "infant", "bebe"],
    &["crib", "cot", "berceau", "lit bebe"],
    &["high chair", "chaise haute"],
    &["couple", "honeymoon", "lune de miel"],
    &["brick", "brique"],
    &["holiday", "vacation", "vacances"],
    &["work", "working", "business", "remote work", "travail", "teletravail", "affaires"],
    &["night", "nuit"],
    &["week", "weekly", "semaine"],
    &["month", "monthly", "mois", "mensuel"],
    &["long term", "longterm", "long sejour", "longue duree"],
    &["guest", "traveler", "traveller", "voyageur", "invite"],
    &["host", "hote"],
    &["self check in", "arrivee autonome"],
    &["luggage", "baggage", "bagage", "valise"],
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
    &["barbecue", "bbq", "grill"],
    &["sauna", "hammam"],
    &["microwave", "micro-ondes"],
    &["fridge", "refrigerator", "frigo", "refrigerateur"],
    &["coffee", "cafe"],
    &["towels", "towel", "serviette"],
    &["linens", "linen", "sheets", "draps", "linge"],
    &["hair dryer", "hairdryer", "seche-cheveux"],
    &["charger", "ev charger", "borne de recharge"],
    &["bike", "bicycle", "cycling", "velo"],
    &["car", "voiture"],
    &["concierge", "doorman", "gardien"],
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
    &["mountain", "montagne"],
    &["forest", "woods", "foret"],
    &["island", "ile"],
    &["vineyard", "winery", "vignoble"],
    &["ski", "skiing"],
    &["snow", "neige"],
    &["hiking", "hike", "trail", "randonnee", "sentier"],
    &["village", "hamlet", "hameau"],
    &["skyline", "panorama", "panoramic", "panoramique"],
    &["old town", "vieille ville"],
    &["neighborhood", "neighbourhood", "district", "quartier"],
    &["bridge", "pont"],
    &["bakery", "boulangerie", "patisserie"],
    &["supermarket", "grocery", "groceries", "supermarche", "epicerie"],
    &["cinema", "movies", "movie theater"],
    &["nightlife", "vie nocturne"],
    &["south", "sud"],
    &["north", "nord"],
    &["east", "est"],
    &["west", "ouest"],
];

/// Groups of words that say how something is. A French one among them agrees with what it is said of: see [`forms`].
const QUALITIES: &[&[&str]] = &[
    &["cozy", "cosy", "snug", "douillet", "douillette"],
    &["warm", "welcoming", "chaleureux", "accueillant"],
    &["charming", "charmant", "lovely"],
    &["quiet", "peaceful", "calm", "tranquil", "serene", "calme", "tranquille", "paisible", "serein"],
    &["sunny", "sunlit", "sunfilled", "sunshine", "bright", "ensoleille", "lumineux"],
    &["airy", "aere"],
    &["large", "spacious", "big", "huge", "grand", "spacieux", "vaste"],
    &["small", "little", "tiny", "petit"],
    &["modern", "contemporary", "moderne", "contemporain"],
    &["historic", "historical", "historique"],
    &["victorian", "victorien"],
    &["beautiful", "gorgeous", "stunning", "superb", "beau", "belle", "magnifique", "superbe", "splendide"],
    &["nice", "pleasant", "agreable", "joli"],
    &["comfortable", "comfy", "confortable"],
    &["elegant", "stylish", "chic", "raffine"],
    &["romantic", "romantique"],
    &["rustic", "rustique"],
    &["typical", "authentic", "typique", "authentique"],
    &["traditional", "traditionnel", "traditionnelle"],
    &["industrial", "industriel", "industrielle"],
    &["artistic", "artsy", "arty", "artistique"],
    &["artist", "artiste"],
    &["minimalist", "minimaliste", "epure"],
    &["panoramic", "panoramique"],
    &["secluded", "isole", "retire"],
    &["old", "ancien", "vieux", "vieil", "vieille"],
    &["new", "brand new", "neuf", "nouveau", "nouvelle"],
    &["luxury", "luxurious", "luxe", "luxueux", "upscale"],
    &["cheap", "affordable", "budget", "economique", "abordable"],
    &["renovated", "remodeled", "refurbished", "renove", "refait"],
    &["clean", "propre"],
    &["safe", "secure", "securise"],
    &["private", "prive"],
    &["shared", "partage"],
    &["furnished", "meuble"],
    &["equipped", "equipe"],
    &["heated", "chauffe"],
    &["free", "gratuit"],
    &["entire", "whole", "entier"],
    &["central", "centrally located"],
    &["sustainable", "ecological", "eco", "ecologique", "durable"],
    &["accessible", "step free", "plain pied"],
    &["red", "rouge"],
    &["blue", "bleu"],
    &["green", "vert"],
    &["white", "blanc", "blanche"],
    &["black", "noir"],
    &["yellow", "jaune"],
];

/// Words that tell nothing about a place, in English and French; `near` and its like among them, since it is what is
/// near that is looked for, and what all of them are.
pub const STOP_WORDS: &[&str] = &[
    "a",
    "an",
    "and",
    "are",
    "at",
    "by",
    "close",
    "for",
    "from",
    "in",
    "is",
    "it",
    "its",
    "me",
    "my",
    "near",
    "nearby",
    "of",
    "on",
    "or",
    "our",
    "that",
    "the",
    "this",
    "to",
    "very",
    "we",
    "with",
    "you",
    "your",
    "au",
    "aux",
    "avec",
    "ce",
    "cette",
    "chez",
    "cote",
    "d",
    "dans",
    "de",
    "des",
    "du",
    "en",
    "entre",
    "et",
    "hebergement",
    "l",
    "la",
    "le",
    "les",
    "mon",
    "logement",
    "ma",
    "notre",
    "nous",
    "ou",
    "par",
    "pas",
    "pour",
    "pres",
    "proche",
    "qui",
    "s",
    "sa",
    "ses",
    "son",
    "sur",
    "tres",
    "un",
    "une",
    "votre",
    "vous",
];

/// What each word, or two or more that stand together, also stands for, by all the forms in which it may be typed. The words
/// are in the order of their group, in which the plainest come first.
pub static SYNONYMS: LazyLock<BTreeMap<String, Vec<&'static str>>> = LazyLock::new(|| {
    let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (groups, agrees) in [(THINGS, false), (QUALITIES, true)] {
        for group in groups {
            for typed in group.iter().flat_map(|word| forms(word, agrees)) {
                let others: Vec<_> = group.iter().copied().filter(|other| *other != typed).collect();
                all.entry(typed).or_default().extend(others);
            }
        }
    }
    for others in all.values_mut() {
        let mut seen = BTreeSet::new();
        others.retain(|other| seen.insert(*other));
    }
    all
});

/// The forms in which a word may be typed: as it is and in the plural, and where it agrees in French, in the feminine.
/// That some of them are no words does no harm. Of several words that tell something, only as they are.
fn forms(word: &str, agrees: bool) -> Vec<String> {
    let telling: Vec<&str> = telling(word).collect();
    let &[word] = telling.as_slice() else { return vec![telling.join(" ")] };
    let ending = |stem: &str, endings: &[&str]| endings.iter().map(|ending| format!("{stem}{ending}")).collect();
    let mut forms: Vec<String> = ending(word, &["", "s", "x", "es"]);
    if let Some(stem) = word.strip_suffix('y') {
        forms.extend::<Vec<_>>(ending(stem, &["ies"]));
    }
    if agrees {
        let (stem, endings): (&str, &[&str]) = match word {
            _ if word.ends_with("eux") => (&word[..word.len() - 1], &["se", "ses"]),
            _ if word.ends_with("en") => (word, &["ne", "nes"]),
            _ if word.ends_with("ier") => (&word[..word.len() - 2], &["ere", "eres"]),
            _ if word.ends_with("if") || word.ends_with("euf") => (&word[..word.len() - 1], &["ve", "ves"]),
            _ => (word, &["e", "es"]),
        };
        forms.extend::<Vec<_>>(ending(stem, endings));
    }
    forms
}

/// The words of a synonym that are left of what is typed: of `salle de bain`, `salle` and `bain`.
fn telling(synonym: &str) -> impl Iterator<Item = &str> {
    let words = synonym.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty() && !STOP_WORDS.contains(word))
}

/// What means the same as a word, or as two that stand together, the typed ones left out.
pub(super) fn synonyms(typed: &str) -> Vec<String> {
    SYNONYMS.get(typed).into_iter().flatten().map(|other| (*other).to_owned()).collect()
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
        assert!(synonyms("balconies").contains(&"balcon".to_owned()));
        assert_eq!(synonyms("fenway"), [""; 0]);
        assert!(!synonyms("loft").contains(&"loft".to_owned()));
    }

    #[test]
    fn a_french_quality_is_found_in_the_feminine_and_the_plural() {
        for (typed, english) in [
            ("charmante", "charming"),
            ("ensoleillees", "sunny"),
            ("lumineuse", "bright"),
            ("victoriennes", "victorian"),
            ("contemporaine", "modern"),
            ("entiere", "entire"),
            ("neuve", "new"),
            ("chaleureuse", "warm"),
        ] {
            assert!(synonyms(typed).contains(&english.to_owned()), "{typed}");
        }
        assert!(!SYNONYMS.contains_key("porte"), "a port is a thing, and a door no port");
    }

    #[test]
    fn every_word_stands_as_it_is_compared() {
        for word in THINGS.iter().chain(QUALITIES).copied().flatten().chain(STOP_WORDS) {
            assert_eq!(fold(word), word.replace('-', " "));
        }
    }
}
