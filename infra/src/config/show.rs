//! `hbnb config`: what is in force, and where it comes from.

use super::layers::Layers;
use super::secret::{HIDDEN, without_credentials};
use super::setting::{NOT_USED, Openness, Setting};

/// One line per setting.
pub(super) fn describe(layers: &Layers) -> String {
    let width = Setting::ALL.iter().map(|setting| setting.variable().len()).max().unwrap_or_default();
    let line = |setting: Setting| {
        let name = setting.variable();
        match layers.get(setting) {
            Some((value, source)) if !setting.is_used() => {
                format!("{name:width$} = {}  [{source}; {NOT_USED}]\n", shown(setting, value))
            }
            Some((value, source)) => format!("{name:width$} = {}  [{source}]\n", shown(setting, value)),
            None => format!("{name:width$}   unset: {}\n", setting.when_unset()),
        }
    };
    Setting::ALL.into_iter().map(line).collect()
}

fn shown(setting: Setting, value: &str) -> String {
    match setting.openness() {
        Openness::Open => value.to_owned(),
        Openness::Url => without_credentials(value),
        Openness::Secret => HIDDEN.to_owned(),
    }
}
