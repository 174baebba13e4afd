//! This machine: its clock beside that of the blog's server, the feeds, the disk of the database, backups.
//!
//! In: a newsletter, or none. Out: lines. Nothing is asked of a server of time: the blog's own `Date` is exact enough to find a
//! clock that dates mails wrongly.

use std::path::{Path, PathBuf};

use url::Url;

use super::{Check, Finding, Line, Verdict};
use crate::app::App;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::db::sqlite_path;
use crate::newsletters::Newsletter;
use crate::newsletters::sql::{self, FeedLine};

/// A clock that is off by more is worth a word; mails that are dated so wrongly look like spam.
const WARN: Millis = MINUTE;
const WRONG: Millis = 5 * MINUTE;
const MIB: u64 = 1 << 20;
/// So many times the room that sending needs should be free.
const ROOMY: u64 = 4;

/// Looks.
///
/// # Errors
/// The database's.
pub async fn check(app: &App, newsletter: Option<&Newsletter>) -> sqlx::Result<Vec<Line>> {
    let feeds = match newsletter {
        Some(newsletter) => sql::feeds(&app.db, newsletter.id).await?,
        None => Vec::new(),
    };
    let mut lines = vec![clock(app, &feeds).await];
    if newsletter.is_some() {
        lines.push(of_feeds(&feeds));
    }
    lines.push(disk(app));
    lines.push(Line::new(Check::Backup, Verdict::Unknown, "", Finding::BackupUnknown));
    Ok(lines)
}

/// Beside the first blog whose server tells the time of its answer.
async fn clock(app: &App, feeds: &[FeedLine]) -> Line {
    for url in feeds.iter().filter_map(|feed| Url::parse(&feed.url).ok()) {
        let Ok(answer) = app.net.reach(&url).await else { continue };
        // An answer out of a cache is as old as it says.
        let Some(theirs) = answer.date.map(|date| date + answer.age) else { continue };
        let ours = app.clock.machine() - i64::try_from(answer.took.as_millis()).unwrap_or(0) / 2;
        return of_clocks(url.host_str().unwrap_or_default(), ours - theirs);
    }
    Line::new(Check::Clock, Verdict::Unknown, "", Finding::ClockUnknown)
}

fn of_clocks(host: &str, off: Millis) -> Line {
    let finding = Finding::ClockOff { seconds: off.abs() / SECOND };
    match off.abs() {
        wrong if wrong > WRONG => Line::new(Check::Clock, Verdict::Fault, host, finding),
        late if late > WARN => Line::new(Check::Clock, Verdict::Warning, host, finding),
        _ => Line::new(Check::Clock, Verdict::Ok, host, Finding::ClockGood),
    }
}

fn of_feeds(feeds: &[FeedLine]) -> Line {
    let line = |verdict, about: &str, finding| Line::new(Check::Feed, verdict, about, finding);
    if let Some(failing) = feeds.iter().find(|feed| feed.last_error.is_some()) {
        let host = Url::parse(&failing.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        return line(Verdict::Warning, &host.unwrap_or_default(), Finding::FeedFailing);
    }
    match feeds.len() {
        0 => line(Verdict::Warning, "", Finding::FeedNone),
        count => line(Verdict::Ok, "", Finding::FeedGood { count: count as i64 }),
    }
}

fn disk(app: &App) -> Line {
    let Some(folder) = sqlite_path(&app.config.database.url).map(|file| folder_of(&file)) else {
        return Line::new(Check::Disk, Verdict::Unknown, "", Finding::DiskUnknown);
    };
    let Ok(disk) = rustix::fs::statvfs(&folder) else {
        return Line::new(Check::Disk, Verdict::Unknown, folder.display().to_string(), Finding::DiskUnknown);
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / MIB;
    of_room(&folder, free, u64::from(app.config.database.min_free_mib))
}

/// Any folder of the disk that a file stands on.
fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn of_room(folder: &Path, free: u64, least: u64) -> Line {
    let count = i64::try_from(free).unwrap_or(i64::MAX);
    let line = |verdict, finding| Line::new(Check::Disk, verdict, folder.display().to_string(), finding);
    match free {
        none if none <= least => line(Verdict::Fault, Finding::DiskLow { free: count }),
        little if little <= least * ROOMY => line(Verdict::Warning, Finding::DiskLow { free: count }),
        _ => line(Verdict::Ok, Finding::DiskGood { free: count }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_off_by_a_minute() {
        for (off, verdict) in
            [(0, Verdict::Ok), (-MINUTE, Verdict::Ok), (2 * MINUTE, Verdict::Warning), (-6 * MINUTE, Verdict::Fault)]
        {
            assert_eq!(of_clocks("blog.example", off).verdict, verdict, "{off}");
        }
    }

    #[test]
    fn room_is_judged_by_what_sending_needs() {
        let of = |free| of_room(Path::new("/srv"), free, 64).verdict;
        assert_eq!([of(10_000), of(200), of(64)], [Verdict::Ok, Verdict::Warning, Verdict::Fault]);
    }
}
