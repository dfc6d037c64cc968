//! Where the words were found, in the texts of a place that the database found: the index marks them itself.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::{Highlights, fold};

/// Words of a piece of a description.
const PIECE: usize = 30;
/// Letters that the database reads as others (its `unaccent`), and that have no accent to leave out.
const READ_AS: [(char, &str); 13] = [
    ('œ', "oe"),
    ('æ', "ae"),
    ('ß', "ss"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ĸ', "q"),
    ('ŋ', "n"),
    ('ŧ', "t"),
    ('þ', "th"),
];

/// What is marked, as [`as_compared`] writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Words.
    pub(super) words: Vec<String>,
    /// What words begin with.
    pub(super) beginnings: Vec<String>,
}

/// A word as it is compared: without accents and case, and its letters as the database reads them.
pub(super) fn as_compared(word: &str) -> String {
    READ_AS.iter().fold(fold(word), |word, (letter, other)| word.replace(*letter, other))
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
        let read = as_compared(written);
        self.beginnings.iter().any(|beginning| read.starts_with(beginning)) || self.words.contains(&read)
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
