//! The nearest of the places that match, by the index of points, and always the same ones.

use domain::place::Coordinates;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::search::PlaceFilter;

/// What candidates must be, over `place_search_v1 s`.
pub(super) struct Condition<'a> {
    pub(super) filter: &'a PlaceFilter,
    pub(super) not_for: NotFor,
}

/// For whom, or beside what, they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum NotFor {
    /// A place is not proposed beside itself.
    Place(Uuid),
    /// Nobody is shown own places, or what they looked at or booked already.
    Person(Uuid),
}

impl Condition<'_> {
    pub(super) fn push(&self, query: &mut QueryBuilder<'_, Postgres>) {
        self.filter.push(query);
        match self.not_for {
            NotFor::Place(place_id) => {
                query.push(" and s.place_id <> ").push_bind(place_id);
            }
            NotFor::Person(user_id) => {
                query.push(" and not exists (select from places_v1 o where o.place_id = s.place_id and o.owner_id = ");
                query.push_bind(user_id);
                query.push(
                    ") and not exists (select from bookings_v1 b where b.place_id = s.place_id
                                       and b.status in ('pending', 'confirmed', 'completed') and b.guest_id = ",
                );
                query.push_bind(user_id);
                query
                    .push(") and not exists (select from place_views v where v.place_id = s.place_id and v.user_id = ");
                query.push_bind(user_id).push(")");
            }
        }
    }

    /// The ids of the nearest places within a distance of a point, at most `limit`.
    ///
    /// Strangers see many places at one and the same point of a grid. Which of those an index gives first is up to it; so
    /// it is asked how far the last of them lies, and then for all up to there, of which ids decide.
    pub(super) fn push_nearest(
        &self,
        query: &mut QueryBuilder<'_, Postgres>,
        centre: Coordinates,
        within_km: f64,
        limit: i64,
    ) {
        query.push("(select s.place_id from (select max(n.chord) as chord from (select s.spot <-> ");
        push_spot(query, centre);
        query.push(" as chord from place_search_v1 s where ");
        self.push(query);
        query.push(" and s.spot <@ cube_enlarge(");
        push_spot(query, centre);
        query.push(", ").push_bind(within_km).push(", 3) order by s.spot <-> ");
        push_spot(query, centre);
        query.push(" limit ").push_bind(limit).push(") n) e join place_search_v1 s on s.spot <@ cube_enlarge(");
        push_spot(query, centre);
        // A little wider, for rounding; the distance itself then decides.
        query.push(", e.chord * 1.000001 + 0.000001, 3) and s.spot <-> ");
        push_spot(query, centre);
        query.push(" <= e.chord where ");
        self.push(query);
        query.push(" order by s.spot <-> ");
        push_spot(query, centre);
        query.push(", s.place_id limit ").push_bind(limit).push(")");
    }
}

/// A point in space, as `place_search_v1` has it: the straight way between two is never longer than that on the sphere.
fn push_spot(query: &mut QueryBuilder<'_, Postgres>, at: Coordinates) {
    query.push("hbnb_spot(").push_bind(at.latitude()).push(", ").push_bind(at.longitude()).push(")");
}
