//! The command line's grammar.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::Currency;
use domain::user::Role;

use crate::config::Flags;

/// HBNB: vacation rentals on an event log.
///
/// Without a command it serves. Every command also works while a server runs on the same data.
/// Exit codes: 0 done; 2 done, but some rows were reported; 1 failed.
#[derive(Debug, Parser)]
#[command(name = "hbnb", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) flags: Flags,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the API until told to stop (the default)
    Serve(Serve),
    /// Bring the database's schema up to date, take it back, or show its state
    #[command(subcommand)]
    Migrate(Migrate),
    /// Make users and give them roles
    #[command(subcommand)]
    Users(Users),
    /// Import places from another source; a second run adds nothing
    #[command(subcommand)]
    Import(Import),
    /// Look after the read models
    #[command(subcommand)]
    Projections(Projections),
    /// Look after jobs that were given up
    #[command(subcommand)]
    Jobs(Jobs),
    /// Look into the log
    #[command(subcommand)]
    Events(Events),
    /// Show the settings in force and where they come from, secrets hidden
    Config,
}

#[derive(Debug, Default, Args)]
pub(super) struct Serve {
    /// Bring the schema up to date first (on the embedded database this always happens)
    #[arg(long)]
    pub(super) migrate: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Apply what is missing
    Up,
    /// Take the newest migrations back; refused where that would lose history
    Down {
        /// How many
        #[arg(long, default_value_t = 1, value_name = "N")]
        steps: usize,
    },
    /// List the migrations
    Status,
}

#[derive(Debug, Subcommand)]
pub(super) enum Users {
    /// Make a user
    Create(CreateUser),
    /// Give a user a role
    Grant(GrantRole),
    /// Take a role back
    Revoke(RevokeRole),
}

#[derive(Debug, Args)]
pub(super) struct CreateUser {
    /// The e-mail address to sign in with
    pub(super) email: String,
    /// The given name
    #[arg(long, default_value = "HBNB", value_name = "NAME")]
    pub(super) first_name: String,
    /// The family name
    #[arg(long, default_value = "User", value_name = "NAME")]
    pub(super) last_name: String,
    /// Read the password from standard input; otherwise one is made and shown once
    #[arg(long)]
    pub(super) password_stdin: bool,
    /// Make the user an administrator
    #[arg(long)]
    pub(super) admin: bool,
}

#[derive(Debug, Args)]
pub(super) struct GrantRole {
    /// The user's e-mail address or id
    pub(super) user: String,
    /// The role
    #[arg(value_enum)]
    pub(super) role: RoleName,
    /// Why; recorded with the grant
    #[arg(long)]
    pub(super) reason: String,
}

#[derive(Debug, Args)]
pub(super) struct RevokeRole {
    /// The user's e-mail address or id
    pub(super) user: String,
    /// The role
    #[arg(value_enum)]
    pub(super) role: RoleName,
    /// Why; recorded
    #[arg(long)]
    pub(super) reason: String,
}

/// A role by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    /// Everything
    Admin,
    /// Reads history and operational state
    Auditor,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Admin => Self::Admin,
            RoleName::Auditor => Self::Auditor,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Import an Inside Airbnb export of listings
    Listings(ImportListings),
}

#[derive(Debug, Args)]
pub(super) struct ImportListings {
    /// The export: CSV, compressed with gzip or not
    pub(super) file: PathBuf,
    /// Read this many rows at the most
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
    /// The currency of its prices (ISO 4217)
    #[arg(long, default_value = "USD")]
    pub(super) currency: Currency,
}

#[derive(Debug, Subcommand)]
pub(super) enum Projections {
    /// Show every read model: how far it is, and what stopped it
    List,
    /// Build a read model anew from the beginning of the log; on the embedded database, everything else waits meanwhile
    Rebuild(Projection),
    /// Go on with a read model that an event stopped
    Resume(Projection),
    /// Leave out the event that stopped a read model, and go on; the event is kept aside and shown
    Park(Park),
}

#[derive(Debug, Args)]
pub(super) struct Park {
    #[command(flatten)]
    pub(super) projection: Projection,
    /// The event's position, as `list` shows it: refused unless it is where the read model stopped
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) position: u64,
    /// Why; kept with the event
    #[arg(long, value_name = "WHY")]
    pub(super) reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Projection {
    /// Its name, as `list` shows it
    pub(super) name: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Jobs {
    /// Show jobs, a line each
    List {
        /// Of this state
        #[arg(long, value_name = "STATE", default_value = "dead", value_parser = ["ready", "leased", "done", "dead"])]
        state: String,
    },
    /// Give a job that was given up all its attempts anew
    Retry(Job),
    /// Forget a job that was given up
    Discard(Job),
}

#[derive(Debug, Args)]
pub(super) struct Job {
    /// Its number, as `list` shows it
    pub(super) id: i64,
}

#[derive(Debug, Subcommand)]
pub(super) enum Events {
    /// Show the newest events, a line each
    Tail(Tail),
    /// Show an event as it is stored: personal data stays sealed
    Show {
        /// Its position in the log
        position: u64,
    },
}

#[derive(Debug, Args)]
pub(super) struct Tail {
    /// How many
    #[arg(short = 'n', long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(super) lines: u32,
    /// Go on with new events as they come, until interrupted
    #[arg(short, long)]
    pub(super) follow: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_grammar_is_consistent_and_everything_has_help() {
        fn check(command: &clap::Command) {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set());
            for argument in arguments {
                assert!(argument.get_help().is_some(), "{} {} has no help", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        let mut command = Arguments::command();
        command.build();
        check(&command);
        command.debug_assert();
    }

    #[test]
    fn without_a_command_it_serves_with_the_settings_given() {
        let arguments = Arguments::try_parse_from(["hbnb", "--addr", "[::]:80"]).unwrap();

        assert!(arguments.command.is_none());
        assert_eq!(arguments.flags.addr.as_deref(), Some("[::]:80"));
    }

    #[test]
    fn an_event_is_parked_by_its_position_and_for_a_reason() {
        for incomplete in [&["places"][..], &["places", "7"], &["places", "--reason", "broken"], &["places", "0"]] {
            let line = ["hbnb", "projections", "park"].iter().chain(incomplete);
            assert!(Arguments::try_parse_from(line).is_err(), "{incomplete:?}");
        }
        let line = ["hbnb", "projections", "park", "places", "7", "--reason", "broken"];
        let arguments = Arguments::try_parse_from(line).unwrap();
        let Some(Command::Projections(Projections::Park(park))) = arguments.command else { panic!("{arguments:?}") };
        assert_eq!((park.projection.name.as_str(), park.position, park.reason.as_str()), ("places", 7, "broken"));
    }

    #[test]
    fn settings_may_follow_the_command() {
        let line = ["hbnb", "import", "listings", "boston.csv.gz", "--currency", "EUR", "--data-dir", "/d"];
        let arguments = Arguments::try_parse_from(line).unwrap();

        assert_eq!(arguments.flags.data_dir.as_deref(), Some("/d"));
        let Some(Command::Import(Import::Listings(import))) = arguments.command else { panic!("{arguments:?}") };
        assert_eq!((import.currency, import.limit), (Currency::EUR, None));
    }
}
