//! Accounts: an address belongs to one open account; a closed one changes nothing any more; a suspended one neither
//! books nor lets places.

use super::{Effect, Happened, World, check_version};
use crate::model::act::{Attempt, Made, Terms, Thing, Who};
use crate::model::answer::Refusal;

#[derive(Debug, Clone)]
pub(in crate::model) struct Account {
    /// `None` for the host of imported places.
    pub(in crate::model) mailbox: Option<u8>,
    /// Whether its address was written in capitals.
    pub(in crate::model) shouted: bool,
    pub(in crate::model) first_name: &'static str,
    pub(in crate::model) phone: Option<&'static str>,
    pub(in crate::model) admin: bool,
    pub(in crate::model) suspended: bool,
    pub(in crate::model) closed: bool,
    pub(in crate::model) history: Vec<Happened>,
}

/// The first name that people register and are imported with.
pub(in crate::model) const FIRST_NAME: &str = "Ada";

impl Account {
    fn new(mailbox: Option<u8>, attempt: &Attempt, what: &'static str) -> Self {
        let history = vec![Happened { what, at: attempt.at, by: None, note: None }];
        Self {
            mailbox,
            shouted: false,
            first_name: FIRST_NAME,
            phone: None,
            admin: false,
            suspended: false,
            closed: false,
            history,
        }
    }

    fn happened(&mut self, what: &'static str, attempt: &Attempt) {
        self.history.push(Happened { what, at: attempt.at, by: None, note: None });
    }
}

impl World {
    pub(super) fn register(&mut self, attempt: &Attempt, mailbox: u8, shouted: bool) -> Result<Effect, Refusal> {
        if self.mailboxes.contains_key(&mailbox) {
            return Err(Refusal::EmailTaken);
        }
        self.mailboxes.insert(mailbox, attempt.number);
        let account = Account { shouted, ..Account::new(Some(mailbox), attempt, "user.registered") };
        self.accounts.insert(attempt.number, account);
        Ok((Thing::Person(attempt.number), 1))
    }

    pub(super) fn change_profile(
        &mut self,
        attempt: &Attempt,
        first_name: &'static str,
        phone: Option<&'static str>,
    ) -> Result<Effect, Refusal> {
        let (person, account) = self.own_account(attempt)?;
        if (account.first_name, account.phone) != (first_name, phone) {
            (account.first_name, account.phone) = (first_name, phone);
            account.happened("user.profile_changed", attempt);
        }
        Ok((Thing::Person(person), account.history.len()))
    }

    pub(super) fn close_account(&mut self, attempt: &Attempt) -> Result<Effect, Refusal> {
        let (person, account) = self.own_account(attempt)?;
        account.closed = true;
        account.happened("user.closed", attempt);
        let (mailbox, version) = (account.mailbox, account.history.len());
        if let Some(mailbox) = mailbox {
            self.mailboxes.remove(&mailbox);
        }
        self.closed.push(person);
        Ok((Thing::Person(person), version))
    }

    pub(super) fn make_admin(&mut self, attempt: &Attempt, person: Made) -> Result<Effect, Refusal> {
        let account = self.open_account(attempt, person)?;
        if !account.admin {
            account.admin = true;
            account.happened("user.role_granted", attempt);
        }
        Ok((Thing::Person(person), account.history.len()))
    }

    /// Nobody suspends the own account.
    pub(super) fn suspend(&mut self, attempt: &Attempt, person: Made) -> Result<Effect, Refusal> {
        let account = self.open_account(attempt, person)?;
        if attempt.who == Who::Person(person) {
            return Err(Refusal::Forbidden);
        }
        if !account.suspended {
            account.suspended = true;
            account.happened("user.suspended", attempt);
        }
        Ok((Thing::Person(person), account.history.len()))
    }

    pub(super) fn restore(&mut self, attempt: &Attempt, person: Made) -> Result<Effect, Refusal> {
        let account = self.open_account(attempt, person)?;
        if account.suspended {
            account.suspended = false;
            account.happened("user.restored", attempt);
        }
        Ok((Thing::Person(person), account.history.len()))
    }

    /// The host of a record, made at its first place.
    pub(super) fn import_place(
        &mut self,
        attempt: &Attempt,
        listing: u8,
        host: u8,
        terms: &Terms,
    ) -> Result<Effect, Refusal> {
        let owner = *self.imported_hosts.entry(host).or_insert(attempt.number);
        if owner == attempt.number {
            self.accounts.insert(owner, Account::new(None, attempt, "user.imported"));
        }
        let effect = self.open_place(attempt, owner, false, terms)?;
        self.imported_places.insert(listing, attempt.number);
        Ok(effect)
    }

    /// Whether somebody may book and let places.
    pub(super) fn is_active(&self, person: Made) -> bool {
        self.accounts.get(&person).is_some_and(|account| !account.closed && !account.suspended)
    }

    fn own_account(&mut self, attempt: &Attempt) -> Result<(Made, &mut Account), Refusal> {
        let Who::Person(person) = attempt.who else { return Err(Refusal::Unauthenticated) };
        Ok((person, self.open_account(attempt, person)?))
    }

    fn open_account(&mut self, attempt: &Attempt, person: Made) -> Result<&mut Account, Refusal> {
        let history = self.accounts.get(&person).map(|account| account.history.as_slice());
        check_version(attempt, history.unwrap_or_default())?;
        self.accounts.get_mut(&person).filter(|account| !account.closed).ok_or(Refusal::NotFound)
    }
}
