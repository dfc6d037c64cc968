//! What a cache tells of itself.

/// What the cache of this process has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// How often it asked where the views stand; one check serves many reads.
    pub checks: u64,
    /// How many of these checks failed: their readers asked the database.
    pub failed_checks: u64,
    /// How often everything was dropped at once: at the first check, and wherever it could not be told what had changed.
    pub emptied: u64,
    /// Reads of places.
    pub places: ShelfCounts,
    /// Reads of profiles.
    pub users: ShelfCounts,
}

/// The same of the reads of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShelfCounts {
    /// Reads that asked the views nothing.
    pub hits: u64,
    /// Reads that asked the views and were kept.
    pub misses: u64,
    /// Reads that asked the views and were not kept, since it could not be told in time whether what is kept is current.
    pub bypassed: u64,
    /// Entries that were dropped because an event had, or may have, changed them.
    pub changed: u64,
    /// Entries that were dropped for their age.
    pub aged: u64,
    /// Entries that were dropped for lack of space.
    pub crowded_out: u64,
    /// Entries now.
    pub entries: u64,
    /// About how many bytes they take.
    pub bytes: u64,
}
