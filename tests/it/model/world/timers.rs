//! What happens by itself once time has passed: see [`World::let_timers_run`].

use jiff::Timestamp;

use super::{Made, State, World};

impl World {
    /// Everything that is due at `now` happens: closed accounts lose their places, withdrawn places their requests of
    /// before, unanswered requests expire, stays that are over complete.
    pub(in crate::model) fn let_timers_run(&mut self, now: Timestamp) {
        for person in std::mem::take(&mut self.closed) {
            let own: Vec<Made> =
                self.places.iter().filter(|(_, place)| place.owner == person).map(|(number, _)| *number).collect();
            own.into_iter().for_each(|place| self.archive_at(place, now));
        }
        for booking in std::mem::take(&mut self.doomed) {
            let stay = &self.bookings[&booking];
            if stay.state == State::Pending && now < stay.expires_at {
                self.free(booking, State::Declined, now, "system", None);
            }
        }
        for booking in self.numbers(|stay| stay.state == State::Pending && stay.expires_at <= now) {
            self.free(booking, State::Expired, now, "system", None);
        }
        for stay in self.bookings.values_mut() {
            if stay.state == State::Confirmed && stay.check_out_at <= now {
                stay.becomes(State::Completed, now, "system");
            }
        }
    }

    /// The bookings that are such.
    pub(super) fn numbers(&self, which: impl Fn(&super::Stay) -> bool) -> Vec<Made> {
        self.bookings.iter().filter(|(_, stay)| which(stay)).map(|(number, _)| *number).collect()
    }
}
