use super::Language;
use crate::place::AmenityCode;

/// An amenity that every catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    /// By which places refer to it.
    pub code: &'static str,
    english: &'static str,
    french: &'static str,
}

impl Standard {
    /// Its name.
    pub fn name(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::French => self.french,
        }
    }
}

/// The standard amenity of a code.
pub fn standard(code: &AmenityCode) -> Option<&'static Standard> {
    let at = STANDARD.binary_search_by_key(&code.as_str(), |standard| standard.code).ok()?;
    STANDARD.get(at)
}

const fn amenity(code: &'static str, english: &'static str, french: &'static str) -> Standard {
    Standard { code, english, french }
}

/// The usual amenities, by code. Codes are in people's logs: a line may be added or its names mended, none removed.
pub const STANDARD: &[Standard] = &[
    amenity("air_conditioning", "Air conditioning", "Climatisation"),
    amenity("baby_cot", "Baby cot", "Lit pour bébé"),
    amenity("balcony", "Balcony or patio", "Balcon ou patio"),
    amenity("barbecue", "Barbecue", "Barbecue"),
    amenity("bathtub", "Bathtub", "Baignoire"),
    amenity("beach_access", "Beach access", "Accès à la plage"),
    amenity("bed_linen", "Bed linen", "Draps et linge de lit"),
    amenity("bicycles", "Bicycles", "Vélos"),
    amenity("board_games", "Board games", "Jeux de société"),
    amenity("books", "Books", "Livres"),
    amenity("breakfast", "Breakfast", "Petit déjeuner"),
    amenity("cable_tv", "Cable television", "Télévision par câble"),
    amenity("carbon_monoxide_alarm", "Carbon monoxide alarm", "Détecteur de monoxyde de carbone"),
    amenity("childrens_books_and_toys", "Children’s books and toys", "Livres et jouets pour enfants"),
    amenity("coffee_maker", "Coffee maker", "Cafetière"),
    amenity("dishes", "Dishes and cutlery", "Vaisselle et couverts"),
    amenity("dishwasher", "Dishwasher", "Lave-vaisselle"),
    amenity("dryer", "Tumble dryer", "Sèche-linge"),
    amenity("elevator", "Lift", "Ascenseur"),
    amenity("essentials", "Towels, sheets, soap and toilet paper", "Serviettes, draps, savon et papier toilette"),
    amenity("ev_charger", "Charger for electric cars", "Borne de recharge pour voitures électriques"),
    amenity("family_friendly", "Suitable for families", "Adapté aux familles"),
    amenity("fire_extinguisher", "Fire extinguisher", "Extincteur"),
    amenity("fireplace", "Fireplace", "Cheminée"),
    amenity("first_aid_kit", "First-aid kit", "Trousse de premiers secours"),
    amenity("free_parking", "Free parking", "Parking gratuit"),
    amenity("freezer", "Freezer", "Congélateur"),
    amenity("garden", "Garden", "Jardin"),
    amenity("gym", "Gym", "Salle de sport"),
    amenity("hair_dryer", "Hair dryer", "Sèche-cheveux"),
    amenity("hangers", "Clothes hangers", "Cintres"),
    amenity("heating", "Heating", "Chauffage"),
    amenity("high_chair", "High chair", "Chaise haute"),
    amenity("host_greets_you", "The host greets you", "Accueil par l’hôte"),
    amenity("hot_tub", "Hot tub", "Jacuzzi"),
    amenity("hot_water", "Hot water", "Eau chaude"),
    amenity("iron", "Iron", "Fer à repasser"),
    amenity("kettle", "Kettle", "Bouilloire"),
    amenity("keypad", "Door with keypad", "Porte à code"),
    amenity("kitchen", "Kitchen", "Cuisine"),
    amenity("lake_access", "Lake access", "Accès au lac"),
    amenity("lock_on_bedroom_door", "Lock on the bedroom door", "Verrou à la porte de la chambre"),
    amenity("lockbox", "Key box", "Boîte à clés"),
    amenity("long_term_stays", "Long stays welcome", "Longs séjours acceptés"),
    amenity("luggage_dropoff", "Luggage can be left", "Dépôt de bagages"),
    amenity("microwave", "Microwave oven", "Four à micro-ondes"),
    amenity("mountain_view", "Mountain view", "Vue sur la montagne"),
    amenity("oven", "Oven", "Four"),
    amenity("paid_parking", "Paid parking", "Parking payant"),
    amenity("pets_allowed", "Pets welcome", "Animaux acceptés"),
    amenity("piano", "Piano", "Piano"),
    amenity("pool", "Swimming pool", "Piscine"),
    amenity("private_entrance", "Private entrance", "Entrée indépendante"),
    amenity("refrigerator", "Refrigerator", "Réfrigérateur"),
    amenity("room_darkening_shades", "Blackout curtains", "Rideaux occultants"),
    amenity("sauna", "Sauna", "Sauna"),
    amenity("sea_view", "Sea view", "Vue sur la mer"),
    amenity("security_cameras", "Security cameras outside", "Caméras de surveillance à l’extérieur"),
    amenity("self_check_in", "Self check-in", "Arrivée autonome"),
    amenity("shampoo", "Shampoo", "Shampoing"),
    amenity("ski_in_ski_out", "Ski-in, ski-out", "Accès direct aux pistes de ski"),
    amenity("smart_lock", "Smart lock", "Serrure connectée"),
    amenity("smoke_alarm", "Smoke alarm", "Détecteur de fumée"),
    amenity("smoking_allowed", "Smoking allowed", "Logement fumeur"),
    amenity("step_free_access", "Step-free access", "Accès de plain-pied"),
    amenity("stove", "Hob", "Plaques de cuisson"),
    amenity("terrace", "Terrace", "Terrasse"),
    amenity("tv", "Television", "Télévision"),
    amenity("washing_machine", "Washing machine", "Lave-linge"),
    amenity("waterfront", "On the waterfront", "Au bord de l’eau"),
    amenity("wheelchair_accessible", "Wheelchair accessible", "Accessible en fauteuil roulant"),
    amenity("wifi", "Wi-Fi", "Wi-Fi"),
    amenity("workspace", "Workspace", "Espace de travail"),
];
