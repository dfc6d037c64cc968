//! An engine outside the database, as tests want it: in memory, and failing on demand.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::civil::Date;
use projections::search::{
    Facets, Highlights, IndexAnswer, IndexError, IndexHit, IndexQuery, IndexWriter, Matches, PlaceDocument, PlaceSort,
    SearchIndex, Total, TypedText,
};
use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

use crate::events::june_day;

pub(crate) const NAME: &str = "elsewhere";

/// It answers every question with all its places but those that are excluded, newest first, whatever the order: it filters
/// nothing, and of facets it counts cities alone, of all places. By relevance it tells no rank. Where words were typed, it
/// marks whole titles.
pub(crate) struct Engine {
    version: u32,
    indexes: Arc<Mutex<BTreeMap<String, Index>>>,
    /// Whether it can be reached.
    pub(crate) is_up: AtomicBool,
    /// Whether it answers nothing of what it is sent.
    pub(crate) is_silent: AtomicBool,
    /// Whether it takes documents.
    pub(crate) takes_documents: AtomicBool,
    /// Whether it says what has become of a write.
    pub(crate) answers_writes: AtomicBool,
    /// Whether a write to an index that it does not have makes one.
    pub(crate) makes_what_is_missing: AtomicBool,
    /// Each write takes one.
    pub(crate) writes_allowed: Semaphore,
    /// Writes that have begun.
    pub(crate) writes: AtomicU32,
    /// Each answer to a question takes one, once it is found.
    pub(crate) answers_allowed: Semaphore,
    /// Questions whose answer is found.
    pub(crate) questions: AtomicU32,
    /// Places that were written together, at the most.
    pub(crate) largest_write: AtomicUsize,
    missed: Notify,
}

#[derive(Clone)]
struct Index {
    mark: String,
    places: BTreeMap<Uuid, PlaceDocument>,
}

impl Index {
    fn marked(mark: &str) -> Self {
        Self { mark: mark.to_owned(), places: BTreeMap::new() }
    }

    /// Some of the cities of all its places.
    fn facets(&self) -> Facets {
        let mut cities = BTreeMap::<_, u64>::new();
        for key in self.places.values().filter_map(|document| document.city_key.clone()) {
            *cities.entry(key).or_default() += 1;
        }
        Facets { cities: cities.into_iter().take(20).collect(), ..Facets::default() }
    }
}

impl Engine {
    pub(crate) fn new(version: u32) -> Arc<Self> {
        Self::beside(version, Arc::default())
    }

    /// The same engine with the settings of another version, as another program has it.
    pub(crate) fn of_version(&self, version: u32) -> Arc<Self> {
        Self::beside(version, Arc::clone(&self.indexes))
    }

    fn beside(version: u32, indexes: Arc<Mutex<BTreeMap<String, Index>>>) -> Arc<Self> {
        Arc::new(Self {
            version,
            indexes,
            is_up: AtomicBool::new(true),
            is_silent: AtomicBool::new(false),
            takes_documents: AtomicBool::new(true),
            answers_writes: AtomicBool::new(true),
            makes_what_is_missing: AtomicBool::new(false),
            writes_allowed: Semaphore::new(10_000),
            writes: AtomicU32::new(0),
            answers_allowed: Semaphore::new(10_000),
            questions: AtomicU32::new(0),
            largest_write: AtomicUsize::new(0),
            missed: Notify::new(),
        })
    }

    /// The places of an index.
    pub(crate) fn places(&self, uid: &str) -> BTreeMap<Uuid, PlaceDocument> {
        self.indexes.lock().unwrap()[uid].places.clone()
    }

    /// Has an index hold a place as it is told here, as after a late write.
    pub(crate) fn hold(&self, uid: &str, document: PlaceDocument) {
        self.indexes.lock().unwrap().get_mut(uid).unwrap().places.insert(document.place.place_id, document);
    }

    /// The indexes there are.
    pub(crate) fn uids(&self) -> Vec<String> {
        self.indexes.lock().unwrap().keys().cloned().collect()
    }

    /// Loses everything, and has another index under the same uid.
    pub(crate) fn lose(&self, uid: &str) {
        self.lose_all();
        self.indexes.lock().unwrap().insert(uid.to_owned(), Index::marked("not ours"));
    }

    /// Loses everything.
    pub(crate) fn lose_all(&self) {
        self.indexes.lock().unwrap().clear();
    }

    /// What a question does that finds an index missing.
    pub(crate) fn miss(&self) {
        self.missed.notify_one();
    }

    fn reached(&self) -> Result<(), IndexError> {
        match (self.is_up.load(Ordering::Relaxed), self.is_silent.load(Ordering::Relaxed)) {
            (false, _) => Err(failed("nobody is there")),
            (true, true) => Err(unheard()),
            (true, false) => Ok(()),
        }
    }

    fn with<T>(&self, uid: &str, look: impl FnOnce(&mut Index) -> T) -> Result<T, IndexError> {
        self.reached()?;
        let mut indexes = self.indexes.lock().unwrap();
        indexes.get_mut(uid).map(look).ok_or_else(|| failed("no such index"))
    }
}

fn marked(document: &PlaceDocument) -> Highlights {
    let place = &document.place;
    let title = place.title.as_deref().map(|title| format!("{}{title}{}", Highlights::START, Highlights::END));
    Highlights { title, description: place.description.clone() }
}

fn unheard() -> IndexError {
    IndexError::Unheard { name: NAME, source: "no answer".into() }
}

fn failed(why: &str) -> IndexError {
    IndexError::Failed { name: NAME, source: why.into() }
}

#[async_trait]
impl SearchIndex for Engine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn is_awake(&self) -> bool {
        true
    }

    async fn find(&self, query: &IndexQuery<'_>) -> Result<IndexAnswer, IndexError> {
        let key =
            |PlaceDocument { place, .. }: &PlaceDocument| (Reverse(place.created_at.as_microsecond()), place.place_id);
        let mut found: Vec<_> = self.with(query.index, |index| index.places.values().map(key).collect())?;
        found.retain(|(_, id)| !query.excluded.contains(id));
        found.sort_unstable();
        let total = Total { count: found.len() as u64, is_exact: true };
        let facets = if query.facets { Some(self.with(query.index, |index| index.facets())?) } else { None };
        found.retain(|key| query.after.is_none_or(|after| *key > (Reverse(after.rank), after.id)));
        let is_ranked = query.text.is_none() || query.sort != PlaceSort::Relevance;
        let part = found.into_iter().skip(query.offset as usize).take(query.limit as usize);
        let hits = self.with(query.index, |index| {
            let hit = |(Reverse(rank), place_id): (Reverse<i64>, Uuid)| IndexHit {
                place_id,
                place: Some(index.places[&place_id].place.clone()),
                rank: is_ranked.then_some(rank),
                highlights: query.text.map(|_| marked(&index.places[&place_id])),
            };
            part.map(hit).collect()
        })?;
        self.questions.fetch_add(1, Ordering::Relaxed);
        self.answers_allowed.acquire().await.unwrap().forget();
        Ok(IndexAnswer { hits, matches: Some(Matches { total, facets }) })
    }

    async fn complete(&self, _: &str, _: &TypedText, _: &[Uuid], _: u32) -> Result<Vec<Uuid>, IndexError> {
        Err(failed("it completes nothing"))
    }
}

#[async_trait]
impl IndexWriter for Engine {
    async fn create(&self, uid: &str) -> Result<String, IndexError> {
        self.reached()?;
        let mark = Uuid::now_v7().to_string();
        let index = Index::marked(&mark);
        self.indexes.lock().unwrap().insert(uid.to_owned(), index);
        Ok(mark)
    }

    async fn mark(&self, uid: &str) -> Result<Option<String>, IndexError> {
        self.reached()?;
        Ok(self.indexes.lock().unwrap().get(uid).map(|index| index.mark.clone()))
    }

    async fn write(&self, uid: &str, documents: &[PlaceDocument], gone: &[Uuid]) -> Result<(), IndexError> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.largest_write.fetch_max(documents.len() + gone.len(), Ordering::Relaxed);
        self.writes_allowed.acquire().await.unwrap().forget();
        if !self.takes_documents.load(Ordering::Relaxed) {
            return Err(failed("a document is not as it should be"));
        }
        self.reached()?;
        if !self.answers_writes.load(Ordering::Relaxed) {
            return Err(unheard());
        }
        if self.makes_what_is_missing.load(Ordering::Relaxed) {
            self.indexes.lock().unwrap().entry(uid.to_owned()).or_insert_with(|| Index::marked("its own"));
        }
        self.with(uid, |index| {
            index.places.extend(documents.iter().map(|document| (document.place.place_id, document.clone())));
            index.places.retain(|id, _| !gone.contains(id));
        })
    }

    async fn delete(&self, uid: &str) -> Result<(), IndexError> {
        self.reached()?;
        self.indexes.lock().unwrap().remove(uid);
        Ok(())
    }

    fn first_night(&self) -> Date {
        june_day(2)
    }

    async fn missed(&self) {
        self.missed.notified().await;
    }
}
