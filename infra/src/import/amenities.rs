//! Amenities in the two forms that exports have had: `{TV,"Wireless Internet"}` until about 2019, and a JSON array
//! since. Both become codes such as `washing_machine`: those of the house's catalogue where it has the thing under
//! another word. What the catalogue does not have at all, the server leaves out.

/// The longest code that the house accepts.
const MAX_CODE: usize = 64;

/// The codes of a cell, without repetition, in its order. `None` if it has neither form.
pub(super) fn codes(cell: &str) -> Option<Vec<String>> {
    let cell = cell.trim();
    let names = if cell.is_empty() {
        Vec::new()
    } else if cell.starts_with('[') {
        serde_json::from_str::<Vec<String>>(cell).ok()?
    } else {
        set_members(cell.strip_prefix('{')?.strip_suffix('}')?)?
    };
    let mut codes: Vec<String> = Vec::with_capacity(names.len());
    for code in names.iter().map(|name| catalogued(slug(name))) {
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Some(codes)
}

/// The catalogue's own code for a word of the source; a word that it has no other code for stays as it is.
fn catalogued(slug: String) -> String {
    match SYNONYMS.binary_search_by_key(&slug.as_str(), |(word, _)| word) {
        Ok(at) => SYNONYMS.get(at).map_or(slug, |(_, code)| (*code).to_owned()),
        Err(_) => slug,
    }
}

/// Words of sources with the codes of the catalogue, by word.
const SYNONYMS: &[(&str, &str)] = &[
    ("backyard", "garden"),
    ("bbq_grill", "barbecue"),
    ("beachfront", "beach_access"),
    ("bed_linens", "bed_linen"),
    ("bikes", "bicycles"),
    ("books_and_reading_material", "books"),
    ("carbon_monoxide_detector", "carbon_monoxide_alarm"),
    ("central_air_conditioning", "air_conditioning"),
    ("central_heating", "heating"),
    ("crib", "baby_cot"),
    ("dedicated_workspace", "workspace"),
    ("dishes_and_silverware", "dishes"),
    ("elevator_in_building", "elevator"),
    ("family_kid_friendly", "family_friendly"),
    ("free_driveway_parking_on_premises", "free_parking"),
    ("free_dryer", "dryer"),
    ("free_parking_on_premises", "free_parking"),
    ("free_parking_on_street", "free_parking"),
    ("free_residential_garage_on_premises", "free_parking"),
    ("free_street_parking", "free_parking"),
    ("free_washer", "washing_machine"),
    ("garden_or_backyard", "garden"),
    ("hot_water_kettle", "kettle"),
    ("indoor_fireplace", "fireplace"),
    ("laptop_friendly_workspace", "workspace"),
    ("long_term_stays_allowed", "long_term_stays"),
    ("luggage_dropoff_allowed", "luggage_dropoff"),
    ("ocean_view", "sea_view"),
    ("outdoor_pool", "pool"),
    ("pack_n_play_travel_crib", "baby_cot"),
    ("paid_parking_off_premises", "paid_parking"),
    ("paid_parking_on_premises", "paid_parking"),
    ("patio_or_balcony", "balcony"),
    ("pocket_wifi", "wifi"),
    ("private_backyard", "garden"),
    ("private_hot_tub", "hot_tub"),
    ("private_patio_or_balcony", "balcony"),
    ("private_pool", "pool"),
    ("security_cameras_on_property", "security_cameras"),
    ("shared_pool", "pool"),
    ("smoke_detector", "smoke_alarm"),
    ("washer", "washing_machine"),
    ("wireless_internet", "wifi"),
];

/// The members of `TV,"Wireless Internet"`: a line of CSV.
fn set_members(members: &str) -> Option<Vec<String>> {
    if members.is_empty() {
        return Some(Vec::new());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(members.as_bytes());
    let record = reader.records().next()?.ok()?;
    Some(record.iter().map(str::to_owned).collect())
}

/// Lower-case letters and digits of ASCII, whatever is between them an underscore; cut after a whole word.
fn slug(name: &str) -> String {
    let mut code = String::with_capacity(name.len().min(MAX_CODE));
    let is_apostrophe = |c: char| matches!(c, '\'' | '’');
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric() && !is_apostrophe(c)).map(|word| {
        let letters: String = word.chars().filter(|c| !is_apostrophe(*c)).collect();
        letters
    });
    for word in words.filter(|word| !word.is_empty()) {
        let needed = word.len() + usize::from(!code.is_empty());
        if code.len() + needed > MAX_CODE {
            break;
        }
        if !code.is_empty() {
            code.push('_');
        }
        code.push_str(&word);
    }
    code
}

#[cfg(test)]
mod tests {
    use domain::amenity::STANDARD;

    use super::*;

    #[test]
    fn both_generations_give_the_same_codes() {
        let old = codes(r#"{TV,"Wireless Internet","Family/Kid Friendly","Wireless Internet"}"#);
        let new = codes(r#"["TV", "Wireless Internet", "Family/Kid Friendly"]"#);

        assert_eq!(old, new);
        assert_eq!(new.unwrap(), ["tv", "wifi", "family_friendly"]);
    }

    #[test]
    fn every_synonym_is_found_and_leads_into_the_catalogue() {
        for (word, code) in SYNONYMS {
            assert_eq!(catalogued((*word).to_owned()), *code);
            assert!(STANDARD.iter().any(|standard| standard.code == *code), "{code} is not in the catalogue");
        }
    }

    #[test]
    fn two_words_for_one_thing_are_one_amenity() {
        assert_eq!(codes(r#"["Wifi", "Wireless Internet", "Helipad"]"#).unwrap(), ["wifi", "helipad"]);
    }

    #[test]
    fn nothing_is_no_amenity() {
        for cell in ["", "{}", "[]", r#"{""}"#, r#"["–"]"#] {
            assert_eq!(codes(cell), Some(vec![]), "{cell}");
        }
    }

    #[test]
    fn what_has_neither_form_is_told() {
        for cell in ["TV", "[TV]", "{TV", r#"["TV""#] {
            assert_eq!(codes(cell), None, "{cell}");
        }
    }

    #[test]
    fn punctuation_separates_words_and_apostrophes_do_not() {
        assert_eq!(slug("Washer –\u{a0}In building"), "washer_in_building");
        assert_eq!(slug("Children’s books and toys"), "childrens_books_and_toys");
        assert_eq!(slug("32\" HDTV with "), "32_hdtv_with");
    }

    #[test]
    fn a_long_name_is_cut_after_a_whole_word() {
        let code = slug("54\" HDTV with standard cable, Amazon Prime Video, Apple TV, Chromecast, HBO Max, Netflix");

        assert_eq!(code, "54_hdtv_with_standard_cable_amazon_prime_video_apple_tv");
        assert!(code.len() <= MAX_CODE);
        assert_eq!(slug(&"x".repeat(100)), "");
    }
}
