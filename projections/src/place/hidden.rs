//! Places that are hidden while their host is suspended, whatever their own status: `suspended_hosts_v1` knows the
//! hosts, for places that are made meanwhile, and each place says so itself.

use domain::RecordedEvent;
use domain::user::UserEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::searchable::{self, Touched};

pub(super) async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &UserEvent) -> sqlx::Result<()> {
    let owner_id = recorded.aggregate_id;
    match event {
        UserEvent::Suspended { .. } => {
            let suspend = "insert into suspended_hosts_v1 (owner_id) values ($1) on conflict do nothing";
            sqlx::query(suspend).bind(owner_id).execute(&mut *conn).await?;
            set(conn, owner_id, true, recorded.position).await
        }
        UserEvent::Restored { .. } => {
            let restore = "delete from suspended_hosts_v1 where owner_id = $1";
            sqlx::query(restore).bind(owner_id).execute(&mut *conn).await?;
            set(conn, owner_id, false, recorded.position).await
        }
        UserEvent::Registered { .. }
        | UserEvent::Imported { .. }
        | UserEvent::ProfileChanged { .. }
        | UserEvent::RoleGranted { .. }
        | UserEvent::RoleRevoked { .. }
        | UserEvent::EmailVerified { .. }
        | UserEvent::PasswordChanged { .. }
        // Its places are archived in a moment; those of a suspended host stay hidden until then.
        | UserEvent::Closed { .. } => Ok(()),
    }
}

/// A place's version and times stay: nothing happened to the place itself.
async fn set(conn: &mut PgConnection, owner_id: Uuid, hidden: bool, position: u64) -> sqlx::Result<()> {
    let set = "update places_v1 set hidden = $2 where owner_id = $1 and hidden <> $2";
    sqlx::query(set).bind(owner_id).bind(hidden).execute(&mut *conn).await?;
    searchable::refresh(conn, Touched::PlacesOf(owner_id), position).await
}
