//! From typed words to what is looked for in PostgreSQL: stems, synonyms, beginnings, and what a mistyped word may have
//! meant. The words there are: `place_words_v1`.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};
use strsim::osa_distance;

use super::TypedText;
use super::highlight::Marks;
use super::synonyms::{STOP_WORDS, synonyms};
use crate::columns;

/// Words that have a part of a mistyped one are looked at up to this many, those of about its length first.
const CANDIDATES: i64 = 5_000;
/// Of those with the fewest mistakes, so many at the most are taken for what was meant.
const MEANT: usize = 50;
/// Beginnings shorter than this are those of too many words to look in whole texts for them.
pub const BEGINNING: usize = 3;

/// Letters of half a word, at least.
const HALF: usize = 3;

/// Letters from which on a word may have one mistake.
pub const ONE_MISTAKE: usize = 4;
/// Letters from which on it may have two.
pub const TWO_MISTAKES: usize = 8;

/// What is looked for: each word by a `tsquery`, in the words' order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terms(pub(super) Vec<Term>);

/// One typed word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// The word itself, by its stems.
    pub(super) typed: String,
    /// Whatever is as good: also synonyms, words that it begins, words that it may have been meant to be.
    pub(super) any: String,
    /// What of a text is one of all these.
    pub(super) marks: Marks,
}

impl Terms {
    /// The `tsquery` of places that have every word, or some of them.
    pub(super) fn joined(&self, by: Joined) -> String {
        let operator = match by {
            Joined::All => " & ",
            Joined::Any => " | ",
        };
        self.0.iter().map(|term| format!("({})", term.any)).collect::<Vec<_>>().join(operator)
    }

    /// What of a text has been found.
    pub(super) fn marks(&self) -> Marks {
        let mut all = Marks::default();
        for Term { marks, .. } in &self.0 {
            all.words.extend(marks.words.iter().cloned());
            all.beginnings.extend(marks.beginnings.iter().cloned());
        }
        for marks in [&mut all.words, &mut all.beginnings] {
            marks.sort_unstable();
            marks.dedup();
        }
        all
    }
}

/// Whether a place must have every word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    All,
    Any,
}

/// Which words may have been mistyped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistyped {
    /// Those that no place has, nor anything that means the same.
    Unknown,
    /// Any: a mistake may make another word.
    Every,
}

/// What was typed, read more and more generously.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    words: &'a [String],
    /// What is as good as each word.
    alternatives: Vec<Vec<String>>,
    known: Lexicon,
    /// Words that were looked at for mistakes.
    doubted: BTreeSet<usize>,
}

impl<'a> Reading<'a> {
    /// Reads the words as they stand; those of so many letters or more count as beginnings, too.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        typed: &'a TypedText,
        beginning: usize,
    ) -> sqlx::Result<Self> {
        let words = typed.words();
        let mut alternatives: Vec<Vec<String>> = words.iter().map(|word| synonyms(word)).collect();
        // `water front` may be written as one word, and `hot tub` means what one word means.
        for (at, pair) in words.windows(2).enumerate() {
            let mut together = synonyms(&pair.join(" "));
            together.push(pair.concat());
            alternatives[at].extend(together.iter().cloned());
            alternatives[at + 1].extend(together);
        }
        let mut known = Lexicon { beginning, words: BTreeMap::new() };
        known.learn(connection, words.iter().chain(alternatives.iter().flatten())).await?;
        Ok(Self { words, alternatives, known, doubted: BTreeSet::new() })
    }

    /// Adds what mistyped words may have been meant to be.
    pub(super) async fn doubt(&mut self, connection: &mut PgConnection, mistyped: Mistyped) -> sqlx::Result<()> {
        let is_doubted = |at: &usize| match mistyped {
            Mistyped::Unknown => !self.known.has_any(&self.words[*at], &self.alternatives[*at]),
            Mistyped::Every => true,
        };
        let doubted: Vec<usize> =
            (0..self.words.len()).filter(|at| is_doubted(at) && !self.doubted.contains(at)).collect();
        if doubted.is_empty() {
            return Ok(());
        }
        for at in &doubted {
            let (word, alternatives) = (&self.words[*at], &mut self.alternatives[*at]);
            let meant = resembling(connection, word).await?;
            alternatives.extend(meant.iter().flat_map(|word| synonyms(word)));
            alternatives.extend(meant);
            alternatives.extend(halves(word));
        }
        self.doubted.extend(doubted);
        self.known.learn(connection, self.alternatives.iter().flatten()).await
    }

    /// What is looked for, as far as it has been read.
    pub(super) fn terms(&self) -> Terms {
        let last = self.words.len() - 1;
        let term = |(at, word): (usize, &String)| self.known.term(word, &self.alternatives[at], at == last);
        Terms(self.words.iter().enumerate().map(term).collect())
    }
}

/// A word as two, wherever it may be cut: `backbay` may be written as `back bay`.
fn halves(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let cuts = HALF..=letters.len().saturating_sub(HALF);
    let part = |letters: &[char]| letters.iter().collect::<String>();
    cuts.map(|cut| format!("{} {}", part(&letters[..cut]), part(&letters[cut..]))).collect()
}

/// What PostgreSQL makes of words, by word.
#[derive(Debug)]
struct Lexicon {
    /// Letters of a beginning, at least.
    beginning: usize,
    words: BTreeMap<String, Lexed>,
}

#[derive(Debug)]
struct Lexed {
    /// A `tsquery` of its stems.
    query: String,
    stems: Vec<String>,
    /// Whether there are places that have it; of several words, that have each.
    known: bool,
    /// Whether a place has a word that begins so.
    begins: bool,
}

impl FromRow<'_, PgRow> for Lexed {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let stems: Vec<String> = row.try_get("stems")?;
        Ok(Self { query: row.try_get("query")?, stems, known: row.try_get("known")?, begins: row.try_get("begins")? })
    }
}

const LEX: &str = "
    select t.text, l.query::text as query, l.stems,
           not exists (
               select from unnest(string_to_array(t.text, ' ')) as part
               where not exists (
                   select from place_words_v1 w where w.word = any(tsvector_to_array(hbnb_words(part))))) as known,
           exists (
               select from place_words_v1 w
               where w.word ~>=~ t.text and w.word ~<~ (t.text || chr(1114111))) as begins
    from unnest($1::text[]) as t (text)
    cross join lateral (
        select plainto_tsquery('hbnb_simple', t.text) || plainto_tsquery('hbnb_english', t.text)
                   || plainto_tsquery('hbnb_french', t.text) as query,
               tsvector_to_array(hbnb_words(t.text)) as stems) l";

impl Lexicon {
    async fn learn<'w>(
        &mut self,
        connection: &mut PgConnection,
        words: impl Iterator<Item = &'w String>,
    ) -> sqlx::Result<()> {
        let mut new: Vec<&String> = words.filter(|word| !self.words.contains_key(*word)).collect();
        new.sort_unstable();
        new.dedup();
        if new.is_empty() {
            return Ok(());
        }
        for row in sqlx::query(LEX).bind(new).fetch_all(connection).await? {
            self.words.insert(row.try_get("text")?, Lexed::from_row(&row)?);
        }
        Ok(())
    }

    fn has_any(&self, word: &str, synonyms: &[String]) -> bool {
        let is_known = |word: &str| self.words.get(word).is_some_and(|lexed| lexed.known);
        let begins = self.words.get(word).is_some_and(|lexed| lexed.begins) && word.chars().count() >= self.beginning;
        begins || is_known(word) || synonyms.iter().any(|synonym| is_known(synonym))
    }

    fn term(&self, word: &str, alternatives: &[String], is_last: bool) -> Term {
        let own = self.words.get(word);
        // A word without stems cannot be found; it is looked for as it is.
        let typed =
            own.map(|lexed| lexed.query.clone()).filter(|query| !query.is_empty()).unwrap_or_else(|| quoted(word));
        let mut any = vec![typed.clone()];
        let mut stems = own.map(|lexed| lexed.stems.clone()).unwrap_or_default();
        for lexed in
            alternatives.iter().filter_map(|alternative| self.words.get(alternative)).filter(|lexed| lexed.known)
        {
            any.push(lexed.query.clone());
            // The `de` of `salle de bain` is not what anybody looks for.
            stems.extend(lexed.stems.iter().filter(|stem| !STOP_WORDS.contains(&stem.as_str())).cloned());
        }
        // Most words begin with their stem (`beauty` does not, and stays unmarked); short stems begin too many others.
        let (mut beginnings, words): (Vec<String>, Vec<String>) =
            stems.into_iter().partition(|stem| stem.chars().count() > BEGINNING);
        // Whoever is still typing has not finished the last word; any other is a beginning only where it is no word.
        let unfinished = own.is_some_and(|lexed| lexed.begins && (is_last || !lexed.known));
        if unfinished && word.chars().count() >= self.beginning {
            any.push(begins(word));
            beginnings.push(word.to_owned());
        }
        Term { typed, any: any.join(" | "), marks: Marks { words, beginnings } }
    }
}

/// The words of places that a word may have been meant to be: those with the fewest mistakes.
///
/// The index of trigrams finds those that have a part of it. To ask it for words that are alike (`%`) took ten times as
/// long and more: it compares all that share some trigrams.
async fn resembling(connection: &mut PgConnection, typed: &str) -> sqlx::Result<Vec<String>> {
    let most = allowed(typed);
    if most == 0 {
        return Ok(vec![]);
    }
    let sql = "
        (select word from place_words_v1
         where word like any($2) and abs(length(word) - length($1)) <= $3
         order by abs(length(word) - length($1)), word limit $4)
        union
        (select word from place_words_v1 where word = any($5))";
    let query = sqlx::query_scalar(sql).bind(typed).bind(parts(typed)).bind(most as i64).bind(CANDIDATES);
    let words: Vec<String> = query.bind(swapped(typed)).fetch_all(connection).await?;
    let with_mistakes = words.into_iter().map(|word| (osa_distance(typed, &word), word));
    let mut near: Vec<(usize, String)> = with_mistakes.filter(|(mistakes, _)| (1..=most).contains(mistakes)).collect();
    near.sort_unstable();
    let fewest = near.first().map(|(mistakes, _)| *mistakes);
    let nearest = near.into_iter().take_while(|(mistakes, _)| Some(*mistakes) == fewest);
    Ok(nearest.map(|(_, word)| word).take(MEANT).collect())
}

/// Patterns of which each word fits one at least that has no more mistakes than allowed: of one part more than that, one is
/// as it was, the first at the beginning, the last at the end. Two letters that are swapped may be in two parts: hence
/// [`swapped`].
fn parts(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let like = |part: &[char]| columns::escape_like(&part.iter().collect::<String>());
    // Nothing is looked up by less than three letters in the middle.
    let cut = letters.len() / (allowed(word) + 1);
    let (first, rest) = letters.split_at(cut);
    let beginning = format!("{}%", like(first));
    match allowed(word) {
        2 => {
            let (middle, last) = rest.split_at(rest.len() - cut);
            vec![beginning, format!("%{}%", like(middle)), format!("%{}", like(last))]
        }
        _ => vec![beginning, format!("%{}", like(rest))],
    }
}

/// The word with each pair of neighbouring letters swapped.
fn swapped(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let swap = |at| {
        let mut letters = letters.clone();
        letters.swap(at, at + 1);
        letters.into_iter().collect()
    };
    (0..letters.len().saturating_sub(1)).map(swap).collect()
}

/// How many mistakes a word of this length may have.
fn allowed(word: &str) -> usize {
    match word.chars().count() {
        TWO_MISTAKES.. => 2,
        ONE_MISTAKE.. => 1,
        _ => 0,
    }
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

fn begins(word: &str) -> String {
    format!("{}:*", quoted(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_themselves_whatever_they_hold() {
        assert_eq!(quoted("l'eau\\"), "'l''eau\\\\'");
        assert_eq!(begins("harb"), "'harb':*");
    }

    #[test]
    fn a_word_may_be_two() {
        assert_eq!(halves("backbay"), ["bac kbay", "back bay"]);
        assert_eq!((halves("water"), halves("été")), (vec![], vec![]));
    }

    #[test]
    fn neighbouring_letters_may_be_swapped() {
        assert_eq!(swapped("éta"), ["téa", "éat"]);
        assert_eq!(swapped("x"), [""; 0]);
    }

    #[test]
    fn of_a_mistyped_word_a_part_is_as_it_was() {
        assert_eq!(
            (parts("loft"), parts("house")),
            (vec!["lo%".into(), "%ft".into()], vec!["ho%".into(), "%use".into()])
        );
        assert_eq!(parts("harbours"), ["ha%", "%rbou%", "%rs"]);
        assert_eq!(parts("100%_pure"), ["100%", "%\\%\\_p%", "%ure"]);
    }

    #[test]
    fn longer_words_may_have_more_mistakes() {
        assert_eq!(["bed", "loft", "harbour", "apartment"].map(allowed), [0, 1, 1, 2]);
        assert_eq!((osa_distance("habror", "harbor"), osa_distance("boson", "boston")), (1, 1));
    }
}
