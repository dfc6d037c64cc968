use serde::{Deserialize, Serialize};

use super::Patch;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Changes {
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    name: Patch<String>,
}

/// The way events hold changes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Happened {
    Changed {
        #[serde(flatten)]
        changes: Changes,
    },
}

fn changed(name: Patch<String>) -> Happened {
    Happened::Changed { changes: Changes { name } }
}

#[test]
fn an_absent_field_keeps_null_clears_and_a_value_sets() {
    for (patch, json) in [
        (Patch::Keep, r#"{"type":"Changed"}"#),
        (Patch::Clear, r#"{"type":"Changed","name":null}"#),
        (Patch::Set("Ada".to_owned()), r#"{"type":"Changed","name":"Ada"}"#),
    ] {
        assert_eq!(serde_json::to_string(&changed(patch.clone())).unwrap(), json);
        assert_eq!(serde_json::from_str::<Happened>(json).unwrap(), changed(patch));
    }
}

#[test]
fn a_value_of_another_type_is_an_error_not_a_keep() {
    assert!(serde_json::from_str::<Happened>(r#"{"type":"Changed","name":5}"#).is_err());
}

#[test]
fn applying_a_change_keeps_clears_or_sets() {
    for (patch, after) in [(Patch::Keep, Some(1)), (Patch::Clear, None), (Patch::Set(2), Some(2))] {
        let mut value = Some(1);
        patch.apply(&mut value);
        assert_eq!(value, after);
    }
}

#[test]
fn a_change_to_what_is_already_so_is_no_change() {
    assert_eq!(Patch::Set(1).against(Some(&1)), Patch::Keep);
    assert_eq!(Patch::<i32>::Clear.against(None), Patch::Keep);
    assert_eq!(Patch::Set(2).against(Some(&1)), Patch::Set(2));
    assert_eq!(Patch::Set(1).against(None), Patch::Set(1));
    assert_eq!(Patch::Clear.against(Some(&1)), Patch::Clear);
    assert_eq!(Patch::Keep.against(Some(&1)), Patch::Keep);
}

#[test]
fn a_change_shows_as_nested_options() {
    assert_eq!(Patch::<i32>::Keep.as_option(), None);
    assert_eq!(Patch::<i32>::Clear.as_option(), Some(None));
    assert_eq!(Patch::Set(1).as_option(), Some(Some(&1)));
}
