use projections::{CacheCounts, ShelfCounts};

use super::page::Page;

/// Writes what the cache of this process has done. Hits, misses and bypasses together are all reads.
pub(super) fn write_cache(page: &mut Page, counts: &CacheCounts) {
    let CacheCounts { checks, failed_checks, emptied, places, users } = counts;
    let kinds = [("place", places), ("user", users)];
    let mut by_kind = |name, kind, help, value: fn(&ShelfCounts) -> u64| {
        page.begin(name, kind, help);
        for (kind, counts) in &kinds {
            page.sample(name, &[("kind", *kind)], value(counts));
        }
    };
    by_kind("hbnb_cache_hits_total", "counter", "Reads that were answered from memory.", |of| of.hits);
    by_kind("hbnb_cache_misses_total", "counter", "Reads that asked the database and were kept.", |of| of.misses);
    let help = "Reads that asked the database because nobody could say in time whether memory is current.";
    by_kind("hbnb_cache_bypasses_total", "counter", help, |of| of.bypassed);
    by_kind("hbnb_cache_entries", "gauge", "Reads that are kept.", |of| of.entries);
    by_kind("hbnb_cache_bytes", "gauge", "About how much memory they take.", |of| of.bytes);
    write_evictions(page, kinds);
    page.single("hbnb_cache_checks_total", "Questions where the views stand; many reads share one.", *checks);
    page.single("hbnb_cache_check_failures_total", "Such questions that had no answer in time.", *failed_checks);
    page.single("hbnb_cache_clears_total", "Times that everything was dropped, the first question included.", *emptied);
}

fn write_evictions(page: &mut Page, kinds: [(&str, &ShelfCounts); 2]) {
    let name = "hbnb_cache_evictions_total";
    page.begin(name, "counter", "Reads that are kept no longer: an event may have changed them, or age, or space.");
    for (kind, counts) in kinds {
        let reasons = [("changed", counts.changed), ("age", counts.aged), ("space", counts.crowded_out)];
        for (reason, dropped) in reasons {
            page.sample(name, &[("kind", kind), ("reason", reason)], dropped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_a_name_of_its_own() {
        let shelf = |from: u64| ShelfCounts {
            hits: from,
            misses: from + 1,
            bypassed: from + 2,
            changed: from + 3,
            aged: from + 4,
            crowded_out: from + 5,
            entries: from + 6,
            bytes: from + 7,
        };
        let counts = CacheCounts { checks: 1, failed_checks: 2, emptied: 3, places: shelf(10), users: shelf(20) };
        let mut page = Page::default();
        write_cache(&mut page, &counts);
        let text = page.finish();
        for line in [
            "hbnb_cache_hits_total{kind=\"place\"} 10",
            "hbnb_cache_misses_total{kind=\"place\"} 11",
            "hbnb_cache_bypasses_total{kind=\"place\"} 12",
            "hbnb_cache_evictions_total{kind=\"place\",reason=\"changed\"} 13",
            "hbnb_cache_evictions_total{kind=\"place\",reason=\"age\"} 14",
            "hbnb_cache_evictions_total{kind=\"place\",reason=\"space\"} 15",
            "hbnb_cache_entries{kind=\"place\"} 16",
            "hbnb_cache_bytes{kind=\"place\"} 17",
            "hbnb_cache_hits_total{kind=\"user\"} 20",
            "hbnb_cache_bytes{kind=\"user\"} 27",
            "hbnb_cache_checks_total 1",
            "hbnb_cache_check_failures_total 2",
            "hbnb_cache_clears_total 3",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} in {text}");
        }
    }
}
