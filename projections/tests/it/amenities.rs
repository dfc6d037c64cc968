//! `amenities_v1`, and the catalogue that it is a part of.

use domain::Event;
use domain::amenity::{AmenityEvent, Language, STANDARD};
use domain::place::AmenityCode;
use projections::amenity::{all, find, named};
use uuid::Uuid;

use crate::events::{at, text};
use crate::harness::in_a_house;

fn code(raw: &str) -> AmenityCode {
    AmenityCode::parse(raw).unwrap()
}

pub(crate) fn added(raw: &str, english: &str, french: &str) -> (Uuid, Event) {
    let amenity_id = Uuid::from_u128(raw.len() as u128);
    let event = AmenityEvent::Added {
        amenity_id,
        code: code(raw),
        name_en: text(english),
        name_fr: text(french),
        by: Uuid::nil(),
        at: at(1),
    };
    (amenity_id, Event::Amenity(event))
}

#[tokio::test]
async fn the_catalogue_is_the_standard_one_and_what_was_added() {
    in_a_house(|house| async move {
        assert_eq!(all(&house.views).await.unwrap().len(), STANDARD.len());
        house.given([added("wine_cellar", "Wine cellar", "Cave à vin")]).await;
        let catalogue = all(&house.views).await.unwrap();
        assert_eq!(catalogue.len(), STANDARD.len() + 1);
        assert!(catalogue.is_sorted_by(|one, other| one.code < other.code));
        let cellar = find(&house.views, &code("wine_cellar")).await.unwrap().unwrap();
        assert_eq!((cellar.name(Language::English), cellar.name(Language::French)), ("Wine cellar", "Cave à vin"));
        assert_eq!(cellar.version, 1);
        assert_eq!(find(&house.views, &code("wifi")).await.unwrap().unwrap().version, 0);
        assert_eq!(find(&house.views, &code("helipad")).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn codes_have_names_in_each_language_and_unknown_ones_their_own_words() {
    in_a_house(|house| async move {
        house.given([added("wine_cellar", "Wine cellar", "Cave à vin")]).await;
        let codes = ["washing_machine", "wine_cellar", "private_helipad"].map(code);
        for (language, expected) in [
            (Language::English, ["Washing machine", "Wine cellar", "Private helipad"]),
            (Language::French, ["Lave-linge", "Cave à vin", "Private helipad"]),
        ] {
            let names = named(&house.views, &codes, language).await.unwrap();
            assert_eq!(codes.each_ref().map(|code| names[code].as_str()), expected);
        }
    })
    .await;
}
