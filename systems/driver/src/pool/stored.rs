//! How the pool is kept: without its cells, which follow from the members.

use super::choice::cell_of;
use super::{InLine, Member, Pool};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use kernel::Id;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    members: BTreeMap<Id, Member>,
    line: Vec<InLine>,
    turn: u64,
}

impl From<Stored> for Pool {
    fn from(stored: Stored) -> Self {
        let Stored { members, line, turn } = stored;
        let mut cells: BTreeMap<u64, Vec<Id>> = BTreeMap::new();
        for (id, member) in &members {
            cells.entry(cell_of(member.at)).or_default().push(*id);
        }
        Self { members, line, turn, cells }
    }
}

impl From<Pool> for Stored {
    fn from(pool: Pool) -> Self {
        Self { members: pool.members, line: pool.line, turn: pool.turn }
    }
}
