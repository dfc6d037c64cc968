use std::fmt::{Display, Write};

/// A page of the text format, version 0.0.4.
///
/// Writing to a string cannot fail, so that its results do not matter here.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Begins a metric; its samples follow.
    pub(super) fn begin(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample.
    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let _ = self.0.write_str(name);
        for (index, (label, text)) in labels.iter().enumerate() {
            let opening = if index == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{opening}{label}=\"{}\"", escaped(text));
        }
        let closing = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{closing} {value}");
    }

    /// A metric of one sample; its name tells whether it only grows.
    pub(super) fn single(&mut self, name: &str, help: &str, value: u64) {
        let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
        self.begin(name, kind, help);
        self.sample(name, &[], value);
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn samples_have_escaped_labels() {
        let mut page = Page::default();
        page.single("hbnb_log_head", "The end.", 7);
        page.begin("odd", "gauge", "Odd.");
        page.sample("odd", &[("a", "x\"y\\z"), ("b", "c")], 0.5);
        let expected = "# HELP hbnb_log_head The end.\n# TYPE hbnb_log_head gauge\nhbnb_log_head 7\n\
                        # HELP odd Odd.\n# TYPE odd gauge\nodd{a=\"x\\\"y\\\\z\",b=\"c\"} 0.5\n";
        assert_eq!(page.finish(), expected);
    }
}
