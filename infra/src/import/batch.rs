//! Listings in groups that fit a request.

use super::listing::Listing;

/// Listings a request: few enough to be done well before the request's deadline.
const MAX_LISTINGS: usize = 50;
/// Bytes a request, with room below the API's limit of 1 MiB for what surrounds the listings.
const MAX_BYTES: usize = 512 * 1024;

/// Listings for one request.
#[derive(Default)]
pub(super) struct Batch {
    listings: Vec<Listing>,
    bytes: usize,
}

impl Batch {
    /// Takes a listing in. If it does not fit any more, the listings so far are handed out and it begins the next
    /// batch.
    pub(super) fn push(&mut self, listing: Listing) -> Option<Vec<Listing>> {
        let bytes = serde_json::to_string(&listing).map_or(0, |text| text.len());
        let is_full = self.listings.len() >= MAX_LISTINGS || self.bytes + bytes > MAX_BYTES;
        let full = if is_full { self.take() } else { None };
        self.listings.push(listing);
        self.bytes += bytes;
        full
    }

    /// Hands out the listings so far, if there are any.
    pub(super) fn take(&mut self) -> Option<Vec<Listing>> {
        self.bytes = 0;
        Some(std::mem::take(&mut self.listings)).filter(|listings| !listings.is_empty())
    }
}
