//! Whether the database can go on holding what is promised: sending halts before the disk of an SQLite file is full and when
//! the file is not where it was, or when a PostgreSQL server begins to forget; it goes on by itself when all is well (R12).
//!
//! In: the free space of the file's disk, looked at once a second while mails are in hand, else every five (one system call, never per message); what the watch of the
//! file found ([`Db::gone`]); what PostgreSQL says of its durability, asked every 10 s; a halt of the recorder, which met a full
//! disk. Out: the [`InHand`] halted or not, a warning in the log, an alarm that status and health show.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::reserve::Reserve;
use crate::app::App;
use crate::clock::beat;
use crate::config;
use crate::db::{self, Db, Pg, server};
use crate::delivery::supply::in_hand::InHand;
use crate::i18n;
use crate::ledger::alarm::{Trouble, Why};
use crate::ledger::{Lane, sql};

/// Time between two checks.
const LOOK: Duration = Duration::from_secs(1);
/// This part of the disk must be free, a twentieth …
const PART: u64 = 20;
/// … but no more than this: a big disk has room for many mailings in one percent.
const MOST: u64 = 1 << 30;
/// So much more must be free before sending goes on: the reserve is made anew, and what waited is written.
const MARGIN: u64 = 8 << 20;
const MIB: u64 = 1 << 20;

/// While nothing is in hand and nothing is wrong, only one look of so many asks for the free space: the reserve is there for what comes meanwhile.
const IDLE_EVERY: u32 = 5;
/// Looks between two questions to a PostgreSQL server, which may be set anew while it runs.
const ASK_EVERY: u32 = 10;

/// The disk that the database stands on.
#[derive(Clone, Debug)]
struct Disk {
    /// Any folder of it; `None` with PostgreSQL, and when the owner wants no look at it.
    folder: Option<PathBuf>,
    /// `[database] min_free_mib`, in bytes.
    floor: u64,
}

/// What a look at the disk found, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    free: u64,
    /// What must be free.
    least: u64,
}

impl Found {
    fn is_short(self) -> bool {
        self.free < self.least
    }

    fn has_room_again(self) -> bool {
        self.least == 0 || self.free >= self.least + MARGIN
    }

    fn trouble(self) -> Why {
        let mib = |bytes: u64| i64::try_from(bytes / MIB).unwrap_or(i64::MAX);
        Why::Known(match mib(self.least) {
            0 => Trouble::DiskFull,
            least => Trouble::DiskShort { free: mib(self.free), least },
        })
    }
}

/// What must be free on a disk of this size.
fn least(size: u64, floor: u64) -> u64 {
    (size / PART).min(MOST).max(floor)
}

impl Disk {
    fn of(database: &config::Database) -> Self {
        let file = db::sqlite_path(&database.url).filter(|_| database.min_free_mib > 0);
        let folder = file.map(|file| match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        });
        Self { folder, floor: u64::from(database.min_free_mib) * MIB }
    }

    fn look(&self) -> io::Result<Found> {
        let Some(folder) = &self.folder else { return Ok(Found { free: u64::MAX, least: 0 }) };
        let disk = rustix::fs::statvfs(folder)?;
        // What is left to everybody, without the blocks that are kept for root.
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Ok(Found { free: bytes(disk.f_bavail), least: least(bytes(disk.f_blocks), self.floor) })
    }
}

/// Halts sending when the disk is short of room and lets it go on when it is not, until `stop`.
pub async fn watch(app: &App, in_hand: &InHand, reserve: &Arc<Reserve>, stop: &CancellationToken) {
    let disk = Disk::of(&app.config.database);
    let (mut told, mut unfit) = (None, None);
    for look in 0_u32.. {
        if look > 0 {
            tokio::select! {
                () = stop.cancelled() => return,
                () = beat(LOOK) => {}
            }
        }
        unfit = match &app.db {
            Db::Postgres(pg) if look % ASK_EVERY == ASK_EVERY - 1 => forgets(pg, unfit).await,
            Db::Postgres(_) => unfit,
            Db::Sqlite { .. } => app.db.gone(),
        };
        let rests = told.is_none() && unfit.is_none() && !in_hand.is_halted() && in_hand.is_idle();
        if rests && look % IDLE_EVERY != 0 {
            continue;
        }
        let (look, reserve, halted) = (disk.clone(), reserve.clone(), in_hand.is_halted() && unfit.is_none());
        let looked = tokio::task::spawn_blocking(move || {
            let found = look.look()?;
            let room_again = halted && found.has_room_again() && made(&reserve);
            io::Result::Ok((found, room_again))
        });
        match looked.await {
            Ok(Ok((found, room_again))) => {
                let unfit = unfit.clone().map(Why::Words);
                let why = unfit.or_else(|| found.is_short().then(|| found.trouble()));
                act(app, in_hand, (why, found.trouble()), room_again, &mut told).await;
            }
            Ok(Err(error)) => tracing::warn!(%error, "cannot see how much room the disk of the database has"),
            Err(error) => tracing::error!(%error, "the look at the disk of the database failed"),
        }
    }
}

fn made(reserve: &Reserve) -> bool {
    let made = reserve.make();
    if let Err(error) = &made {
        tracing::warn!(%error, "the disk is still full; nothing is sent");
    }
    made.is_ok()
}

/// Why nothing may be sent on this server; as before when it cannot be asked.
async fn forgets(pg: &Pg, before: Option<String>) -> Option<String> {
    match server::keeps_its_word(pg).await {
        Ok(()) => None,
        Err(error) if error.is::<server::Forgetful>() => Some(error.to_string()),
        Err(_) => before,
    }
}

/// `reason`: why it must halt, and what else to say of a halt. `room_again`: it was halted, and may go on. `told`: the alarm that
/// is up, as it is stored.
async fn act(
    app: &App,
    in_hand: &InHand,
    (reason, of_recorder): (Option<Why>, Why),
    room_again: bool,
    told: &mut Option<String>,
) {
    if let (false, Some(why)) = (in_hand.is_halted(), &reason) {
        in_hand.halt();
        tracing::warn!("{}", why.words(i18n::locale(i18n::FALLBACK)));
    } else if room_again {
        in_hand.resume();
        tracing::info!("the database can be relied on again; sending goes on");
    }
    match (in_hand.is_halted(), told.take()) {
        (true, None) => {
            let words = reason.unwrap_or(of_recorder).stored();
            // On a full disk it cannot be written: then at the next look.
            if sql::alarm::raise(&app.db, Lane::Digests, &words).await.is_ok() {
                *told = Some(words);
            }
        }
        (true, words) => *told = words,
        (false, Some(words)) => {
            if let Err(error) = sql::alarm::withdraw(&app.db, &words).await {
                tracing::debug!(%error, "the alarm stays up for a moment");
                *told = Some(words);
            }
        }
        (false, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn a_twentieth_is_wanted_between_the_floor_and_a_gibibyte() {
        let wanted = |size| least(size, 64 * MIB) / MIB;
        assert_eq!(wanted(256 * MIB), 64);
        assert_eq!(wanted(10 * GIB), 512);
        assert_eq!(wanted(10 * 1024 * GIB), 1024);
        assert_eq!(least(256 * MIB, 2 * GIB), 2 * GIB, "the owner may want more");
    }

    #[test]
    fn it_goes_on_only_when_the_ballast_has_room_too() {
        let found = |free| Found { free: free * MIB, least: 64 * MIB };
        assert!(found(63).is_short() && !found(63).has_room_again());
        assert!(!found(65).is_short() && !found(65).has_room_again());
        assert!(found(72).has_room_again());
    }

    #[test]
    fn this_disk_can_be_looked_at_and_none_is_where_it_does_not_matter() {
        let mut database = config::Config::default().database;
        let found = Disk::of(&database).look().unwrap();
        assert!(found.free > 0 && found.least >= 64 * MIB, "{found:?}");
        database.min_free_mib = 0;
        assert!(!Disk::of(&database).look().unwrap().is_short());
        database = config::Database { url: "postgres://localhost/f".into(), min_free_mib: 64, ..database };
        let found = Disk::of(&database).look().unwrap();
        assert!(!found.is_short() && found.has_room_again());
    }
}
