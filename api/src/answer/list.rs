use projections::{Listed, Slice};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Paging};
use crate::failure::ApiError;

/// Part of a list as it is written. A page tells how many there are; what follows a cursor does not count.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum List<T> {
    /// One page.
    Page {
        /// The page's items, in order.
        items: Vec<T>,
        /// How many items the whole list has.
        total: u64,
        /// 1, 2, 3, ...
        page: u32,
        /// Items per page.
        per_page: u32,
        /// How many pages there are.
        pages: u64,
        /// Leads on by cursor; null at the end.
        next_cursor: Option<String>,
    },
    /// What follows a cursor.
    After {
        /// The items, in order.
        items: Vec<T>,
        /// Items at the most.
        per_page: u32,
        /// Leads on; null at the end.
        next_cursor: Option<String>,
    },
}

impl<T: Serialize> List<T> {
    /// Lays out part of a list.
    pub(crate) fn of(listed: Listed<T>, paging: &Paging) -> Self {
        let next_cursor = listed.next.map(|key| paging.cursor(key));
        let items = listed.items;
        match paging.slice {
            Slice::Page { page, per_page } => {
                let total = listed.total.unwrap_or_default();
                let pages = total.div_ceil(u64::from(per_page.max(1)));
                Self::Page { items, total, page, per_page, pages, next_cursor }
            }
            Slice::After { key: _, per_page } => Self::After { items, per_page, next_cursor },
        }
    }

    /// A list that is short by nature: all of it as one page.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        let count = items.len();
        let per_page = u32::try_from(count).unwrap_or(u32::MAX).max(1);
        let total = u64::try_from(count).unwrap_or(u64::MAX);
        Self::Page { items, total, page: 1, per_page, pages: total.min(1), next_cursor: None }
    }

    /// Answers 200.
    ///
    /// # Errors
    /// Data that JSON cannot express.
    pub(crate) fn answer(&self, message: &'static str) -> Result<Answer, ApiError> {
        Answer::ok(self, message)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::List;

    #[test]
    fn an_empty_list_has_no_pages_and_any_other_is_one() {
        let whole = |items: &[u8]| serde_json::to_value(List::whole(items.to_vec())).unwrap();
        let empty = json!({"items": [], "total": 0, "page": 1, "per_page": 1, "pages": 0, "next_cursor": null});
        assert_eq!(whole(&[]), empty);
        assert_eq!((&whole(&[7, 8])["pages"], &whole(&[7, 8])["total"]), (&json!(1), &json!(2)));
    }
}
