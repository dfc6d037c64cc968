//! The claims: exactly the model's nights, open mailboxes and imported records, each with its holder.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sqlx::Row;
use uuid::Uuid;

use super::same;
use crate::model::act::Thing;
use crate::model::generate::MAILBOXES;
use crate::model::house::House;
use crate::model::player::{Mismatch, Player};

/// Kinds of claims, as stored.
const EMAIL: i16 = 1;
const NIGHT: i16 = 2;
const IMPORT: i16 = 3;

pub(super) async fn check(house: &House, player: &Player) -> Result<(), Mismatch> {
    check_mailboxes(house, player).await?;
    check_imports(house, player).await?;
    for place in player.world.places.keys() {
        let held = player.world.nights.iter().filter(|((of, _), _)| of == place);
        let model: BTreeMap<Date, Uuid> = held.map(|((_, night), by)| (*night, player.names.id(*by))).collect();
        let program = nights_of(house, player.names.id(Thing::Place(*place))).await;
        same(|| format!("claims on nights of place {place}"), model, program)?;
    }
    Ok(())
}

async fn check_mailboxes(house: &House, player: &Player) -> Result<(), Mismatch> {
    let commands = house.commands();
    for mailbox in 0..MAILBOXES {
        let model = player.world.mailboxes.get(&mailbox).map(|person| player.names.id(Thing::Person(*person)));
        let owner = commands.ports().accounts.by_email(&player.names.email(mailbox, true)).await;
        same(|| format!("the owner of mailbox {mailbox}"), model, owner.expect("claims can be read"))?;
    }
    Ok(())
}

async fn check_imports(house: &House, player: &Player) -> Result<(), Mismatch> {
    let world = &player.world;
    let places = world.imported_places.iter().map(|(record, made)| ("listing", *record, Thing::Place(*made)));
    let hosts = world.imported_hosts.iter().map(|(record, made)| ("host", *record, Thing::Person(*made)));
    let commands = house.commands();
    for (kind, record, thing) in places.chain(hosts) {
        let source = format!("{}-{kind}", player.names.source());
        let made = commands.ports().directory.imported(&source, &record.to_string()).await;
        let program = made.expect("claims can be read");
        same(|| format!("what {kind} {record} became"), Some(player.names.id(thing)), program)?;
    }
    Ok(())
}

/// A night's key is the place's id, the year in two bytes, the month and the day.
async fn nights_of(house: &House, place_id: Uuid) -> BTreeMap<Date, Uuid> {
    let rows =
        sqlx::query("select substr(key, 17) as night, holder from claims where kind = $1 and substr(key, 1, 16) = $2")
            .bind(NIGHT)
            .bind(place_id.as_bytes().as_slice())
            .fetch_all(house.pool())
            .await
            .expect("claims can be read");
    rows.iter()
        .map(|row| {
            let bytes: Vec<u8> = row.get("night");
            let [high, low, month, day] = bytes[..] else { panic!("a night of {} bytes", bytes.len()) };
            let year = i16::from_be_bytes([high, low]);
            (Date::new(year, month as i8, day as i8).expect("a date"), row.get("holder"))
        })
        .collect()
}

/// No claim is left over that no world knows.
pub(super) async fn check_nothing_else(house: &House, worlds: &[Player]) -> Result<(), Mismatch> {
    let count = |of: fn(&Player) -> usize| worlds.iter().map(of).sum::<usize>() as i64;
    let model: BTreeMap<i16, i64> = [
        (EMAIL, count(|player| player.world.mailboxes.len())),
        (NIGHT, count(|player| player.world.nights.len())),
        (IMPORT, count(|player| player.world.imported_places.len() + player.world.imported_hosts.len())),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .collect();
    let rows: Vec<(i16, i64)> = sqlx::query_as("select kind, count(*) from claims group by kind")
        .fetch_all(house.pool())
        .await
        .expect("claims can be read");
    same(|| "claims by kind".to_owned(), model, rows.into_iter().collect())
}
