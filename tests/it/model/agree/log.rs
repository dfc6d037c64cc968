//! The log: one total order without gaps, each stream with the events that the model says, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use commands::ports::history::HistoricEvent;
use uuid::Uuid;

use super::same;
use crate::model::house::House;
use crate::model::player::{Mismatch, Player};

const BATCH: u32 = 1_000;

/// The whole log, by stream.
pub(super) struct Log {
    events: Vec<HistoricEvent>,
    streams: BTreeMap<Uuid, Vec<usize>>,
}

impl Log {
    pub(super) async fn read(house: &House) -> Self {
        let history = &house.commands().ports().history;
        let mut events: Vec<HistoricEvent> = Vec::new();
        loop {
            let after = events.last().map_or(0, |event| event.position);
            let batch = history.after(after, BATCH).await.expect("the log can be read");
            if batch.is_empty() {
                break;
            }
            events.extend(batch);
        }
        let mut streams: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
        events.iter().enumerate().for_each(|(at, event)| streams.entry(event.aggregate_id).or_default().push(at));
        Self { events, streams }
    }

    fn stream(&self, id: Uuid) -> Vec<&HistoricEvent> {
        self.streams.get(&id).into_iter().flatten().map(|at| &self.events[*at]).collect()
    }

    /// Where the events of a stream stand, in order.
    pub(super) fn positions(&self, id: Uuid) -> Vec<u64> {
        self.stream(id).iter().map(|event| event.position).collect()
    }

    /// Positions are 1, 2, 3, ...; time never goes back.
    pub(super) fn check_order(&self) -> Result<(), Mismatch> {
        for (expected, event) in (1..).zip(&self.events) {
            same(|| "a position of the log".to_owned(), expected, event.position)?;
        }
        let pairs = self.events.windows(2);
        let back = pairs.filter(|pair| pair[1].recorded_at < pair[0].recorded_at).map(|pair| pair[1].position).next();
        same(|| "a position that was recorded before the one before it".to_owned(), None, back)
    }

    /// Each stream's versions are 1, 2, 3, ..., its events the model's, and the program said truly where it put them.
    pub(super) fn check(&self, player: &Player) -> Result<(), Mismatch> {
        for (thing, history) in player.world.histories() {
            let id = player.names.id(thing);
            let stored = self.stream(id);
            let model: Vec<_> = (1..).zip(history).map(|(version, event)| (version, event.what)).collect();
            let program: Vec<_> = stored.iter().map(|event| (event.sequence, event.event_type.as_str())).collect();
            same(|| format!("the stream of {thing:?} ({id})"), model, program)?;
            for event in stored {
                let said = player.positions.get(&(id, event.sequence)).copied();
                let stands = said.map(|_| event.position);
                same(|| format!("the position of version {} of {thing:?}", event.sequence), stands, said)?;
            }
        }
        Ok(())
    }

    /// No stream is left over that no world knows.
    pub(super) fn check_nothing_else(&self, worlds: &[Player]) -> Result<(), Mismatch> {
        let ids =
            |player: &Player| player.world.histories().map(|(thing, _)| player.names.id(thing)).collect::<Vec<_>>();
        let model: BTreeSet<Uuid> = worlds.iter().flat_map(ids).collect();
        let program: BTreeSet<Uuid> = self.streams.keys().copied().collect();
        same(
            || "streams that only one of the two knows".to_owned(),
            Vec::new(),
            model.symmetric_difference(&program).collect(),
        )
    }
}
