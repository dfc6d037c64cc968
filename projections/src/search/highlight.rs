//! Where the words were found, in the texts of a place that the database found: the index marks them itself.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::{BEGINNING, Highlights, TypedText, fold};

/// Words of a piece of a description.
pub const PIECE: usize = 30;

/// What is marked, as [`fold`] writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Words.
    pub(super) words: Vec<String>,
    /// What words begin with.
    pub(super) beginnings: Vec<String>,
}

impl Marks {
    /// The texts of a place with the words marked: the whole title, and the piece of the description that has most.
    pub(super) fn highlights(&self, title: Option<&str>, description: Option<&str>) -> Highlights {
        Highlights { title: title.map(|text| self.whole(text)), description: description.map(|text| self.piece(text)) }
    }

    fn whole(&self, text: &str) -> String {
        marked(text, 0..text.len(), &self.words_of(text))
    }

    fn piece(&self, text: &str) -> String {
        let words = self.words_of(text);
        let piece = &words[most_telling(&words)];
        let (Some(first), Some(last)) = (piece.first(), piece.last()) else { return text.to_owned() };
        // What stands around all words belongs to them.
        let from = if words.first() == Some(first) { 0 } else { first.at.start };
        let to = if words.last() == Some(last) { text.len() } else { last.at.end };
        marked(text, from..to, piece)
    }

    fn words_of(&self, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        let mut begun = None;
        let ends = std::iter::once((text.len(), ' '));
        for (at, letter) in text.char_indices().chain(ends) {
            let is_within = letter.is_alphanumeric() || begun.is_some() && is_combining_mark(letter);
            match begun {
                None if is_within => begun = Some(at),
                Some(start) if !is_within => {
                    words.push(Word { at: start..at, is_marked: self.has(&text[start..at]) });
                    begun = None;
                }
                None | Some(_) => {}
            }
        }
        words
    }

    fn has(&self, written: &str) -> bool {
        // Most words of most texts: not worth a fold each.
        if written.is_ascii() {
            let begins = |with: &String| {
                written.as_bytes().get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
            };
            return self.beginnings.iter().any(begins)
                || self.words.iter().any(|word| word.eq_ignore_ascii_case(written));
        }
        let folded = fold(written);
        self.beginnings.iter().any(|beginning| folded.starts_with(beginning)) || self.words.contains(&folded)
    }
}

impl Highlights {
    /// What an index has marked in each text, if it says so; else that text with the typed words marked, and what the last
    /// one begins: an index may have been given some letters as others, and nobody is shown what a host has taken back
    /// because one is behind.
    pub(super) fn in_texts(self, typed: &TypedText, title: Option<&str>, description: Option<&str>) -> Self {
        let plain = |text: &str| text.replace([Self::START, Self::END], "");
        let words = typed.words().to_vec();
        let begun = words.last().filter(|word| word.chars().count() >= BEGINNING);
        let marks = Marks { beginnings: begun.into_iter().cloned().collect(), words };
        Self {
            title: title.map(|text| match self.title {
                Some(marked) if plain(&marked) == text => marked,
                _ => marks.whole(text),
            }),
            description: description.map(|text| match self.description {
                Some(piece) if text.contains(&plain(&piece)) => piece,
                _ => marks.piece(text),
            }),
        }
    }
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    at: Range<usize>,
    is_marked: bool,
}

/// So many words in a row that most are marked, with as many before the marked ones as behind them.
fn most_telling(words: &[Word]) -> Range<usize> {
    let length = words.len().min(PIECE);
    let marks = |from: usize| words[from..from + length].iter().filter(|word| word.is_marked).count();
    // The first of equals.
    let best = (0..=words.len() - length).rev().max_by_key(|from| marks(*from)).unwrap_or(0);
    let marked = |at: &usize| words[*at].is_marked;
    let (first, last) = ((best..best + length).find(marked), (best..best + length).rfind(marked));
    let from = match first.zip(last) {
        Some((first, last)) => first.saturating_sub((length - (last - first + 1)) / 2).min(words.len() - length),
        None => best,
    };
    from..from + length
}

/// A part of a text, with those of the words marked that are to be.
fn marked(text: &str, part: Range<usize>, words: &[Word]) -> String {
    let mut marked = String::with_capacity(part.len() + 16);
    let mut copied = part.start;
    for word in words.iter().filter(|word| word.is_marked) {
        marked.push_str(&text[copied..word.at.start]);
        marked.push(Highlights::START);
        marked.push_str(&text[word.at.clone()]);
        marked.push(Highlights::END);
        copied = word.at.end;
    }
    marked.push_str(&text[copied..part.end]);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(words: &[&str], beginnings: &[&str]) -> Marks {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Marks { words: owned(words), beginnings: owned(beginnings) }
    }

    fn shown(text: &str) -> String {
        text.replace(Highlights::START, "<").replace(Highlights::END, ">")
    }

    #[test]
    fn whole_words_are_marked_however_they_are_written() {
        let marks = marks(&["bed", "sur", "mer"], &["loft", "coeur", "etage", "kadikoy"]);
        for (text, expected) in [
            ("Lofts & LOFT, aloft", "<Lofts> & <LOFT>, aloft"),
            ("A bed, no bedroom", "A <bed>, no bedroom"),
            ("Au Cœur de Lyon, 2e ÉTAGE", "Au <Cœur> de Lyon, 2e <ÉTAGE>"),
            ("e\u{301}tage", "<e\u{301}tage>"),
            ("Kadıköy", "<Kadıköy>"),
            ("Vue sur-mer", "Vue <sur>-<mer>"),
            ("東京 loft", "東京 <loft>"),
            ("(loft)", "(<loft>)"),
            ("", ""),
        ] {
            assert_eq!(shown(&marks.whole(text)), expected);
        }
    }

    #[test]
    fn what_an_index_has_marked_is_shown_as_long_as_the_texts_say_so() {
        let (start, end) = (Highlights::START, Highlights::END);
        let marked = |title: &str, piece: &str| {
            let mark = |text: &str| Some(text.replace('<', &start.to_string()).replace('>', &end.to_string()));
            Highlights { title: mark(title), description: mark(piece) }
        };
        let typed = TypedText::parse("loft harbour").unwrap();
        let now = |marked: Highlights, title: &str, description: &str| {
            let now = marked.in_texts(&typed, Some(title), Some(description));
            (shown(&now.title.unwrap()), shown(&now.description.unwrap()))
        };
        let both = |title: &str, description: &str| (title.to_owned(), description.to_owned());
        let theirs = || marked("<Lofts>", "by the <harbor>");
        assert_eq!(now(theirs(), "Lofts", "It is by the harbor."), both("<Lofts>", "by the <harbor>"));
        assert_eq!(now(theirs(), "Lofts", "A loft. Ring me."), both("<Lofts>", "A <loft>. Ring me."));
        assert_eq!(now(theirs(), "A Loft", "It is by the harbor."), both("A <Loft>", "by the <harbor>"));
        let begun = TypedText::parse("harb").unwrap();
        let marked = theirs().in_texts(&begun, Some("Harbour loft"), None);
        assert_eq!(shown(&marked.title.unwrap()), "<Harbour> loft");
        let gone = theirs().in_texts(&typed, None, None);
        assert_eq!(gone, Highlights::default(), "after erasure");
    }

    #[test]
    fn a_piece_is_the_part_of_a_text_with_most_words_that_were_found() {
        let loft = marks(&["loft"], &[]);
        let prose = |from: usize, to: usize| (from..to).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
        let piece = |text: &str| shown(&loft.piece(text));
        assert_eq!(piece("A loft for two."), "A <loft> for two.", "a short text is shown as it is");
        assert_eq!(piece(&prose(0, 90)), prose(0, 30), "the beginning where nothing was found");
        let text = format!("{} loft {}.", prose(0, 50), prose(50, 100));
        assert_eq!(piece(&text), format!("{} <loft> {}", prose(36, 50), prose(50, 65)), "as much before as behind");
        let text = format!("loft {} loft, loft {}.", prose(0, 50), prose(50, 60));
        assert_eq!(
            piece(&text),
            format!("{} <loft>, <loft> {}.", prose(32, 50), prose(50, 60)),
            "to the end of the text"
        );
        assert_eq!((piece(""), piece("!!")), (String::new(), "!!".to_owned()));
    }
}
