//! Determines how far back a feed reaches, and which posts it should still hold.
//!
//! In: the dates of its entries, in its order. Out: [`Reach`]. Most feeds show their last ten or twenty posts; older posts fell
//! off the end, while a missing younger post was taken back, or is there with other marks. Pure.

use crate::clock::{DAY, HOUR, MINUTE, Millis};

/// A date may shift with the time zone of the machine that builds the blog; the oldest entry's too.
const SLACK: Millis = 2 * HOUR;
/// How much further back to search for a post that comes back to the end of a feed.
const FURTHER: Millis = 60 * DAY;
/// When all dates lie this close together, they are those of a build, not of the posts.
const BUILD: Millis = 10 * MINUTE;

/// How far a feed reaches back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The date of its last entry, when it is in order but for a pinned one or two; `None` for one that is not (built by
    /// file name, say), bears the date of its build in all entries, or has none.
    edge: Option<Millis>,
    /// Posts later than this are surely missing when they are not there. `None` for an empty feed, which is rather a fault
    /// of the blog than the end of all its posts.
    sure: Option<Millis>,
}

impl Reach {
    /// The reach of a feed whose entries have these dates, in its order.
    pub fn of(dates: &[Millis]) -> Self {
        let reversed: Vec<Millis> = dates.iter().rev().copied().collect();
        let (falling, last) = longest_fall(dates);
        let (rising, first) = longest_fall(&reversed);
        let (in_order, edge) = if falling >= rising { (falling, last) } else { (rising, first) };
        let pinned = dates.len() - in_order;
        let in_order = edge.filter(|_| pinned <= (dates.len() / 5).max(1));
        let mut sorted = dates.to_vec();
        sorted.sort_unstable();
        let of_build = dates.len() > 2 && sorted[dates.len() - 1] - sorted[0] <= BUILD;
        let sure = in_order.or_else(|| sorted.get(sorted.len() / 2).copied());
        Self { edge: in_order.filter(|_| !of_build), sure }
    }

    /// Posts since then should be there or may be compared with new entries; `None` when nothing can be said.
    pub fn since(&self, dates: &[Millis]) -> Option<Millis> {
        self.edge.or_else(|| dates.iter().min().copied()).map(|at| at.saturating_sub(SLACK))
    }

    /// The same for entries that came back: older than the newest that the feed held before.
    pub fn further(since: Millis) -> Millis {
        since.saturating_sub(FURTHER)
    }

    /// Whether a post of this date may have made room for newer ones.
    pub fn may_have_fallen_off(&self, at: Millis) -> bool {
        self.edge.is_some_and(|edge| at < edge.saturating_sub(SLACK))
    }

    /// Whether a post of this date should be there. On the very edge only when no new entry could have pushed it off.
    pub fn should_hold(&self, at: Millis, nothing_came: bool) -> bool {
        self.sure.is_some_and(|sure| at > sure || (at == sure && nothing_came))
    }
}

/// The length of the longest run, with gaps, of dates that do not rise, and the highest date that such a run ends with.
fn longest_fall(dates: &[Millis]) -> (usize, Option<Millis>) {
    // ends[n]: the highest end of a run of n + 1; itself falling.
    let mut ends: Vec<Millis> = Vec::new();
    for date in dates {
        let at = ends.partition_point(|end| end >= date);
        if at == ends.len() { ends.push(*date) } else { ends[at] = *date }
    }
    (ends.len(), ends.last().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_reaches_to_its_last_entry_but_for_pinned_ones() {
        let days = |dates: &[Millis]| dates.iter().map(|day| day * DAY).collect::<Vec<_>>();
        let edge = |dates: &[Millis]| Reach::of(dates).edge;
        let edge_day = |dates: &[Millis]| edge(&days(dates)).map(|at| at / DAY);
        assert_eq!(edge(&[]), None);
        assert_eq!(edge_day(&[30, 20, 10]), Some(10));
        assert_eq!(edge_day(&[10, 20, 30]), Some(10));
        assert_eq!(edge_day(&[1, 50, 40, 30]), Some(30), "a pinned entry on top says nothing");
        let by_name = [5, 9, 1, 8, 2, 7].map(|day| day * DAY);
        assert_eq!((edge(&by_name), Reach::of(&by_name).sure), (None, Some(7 * DAY)));
        assert_eq!((edge(&[9, 8, 8]), Reach::of(&[9, 8, 8]).sure), (None, Some(8)), "the date of a build");
    }

    #[test]
    fn what_is_older_than_the_feed_reaches_is_not_missed() {
        let reach = Reach::of(&[30, 20, 10]);
        assert!(reach.should_hold(11, false) && !reach.should_hold(9, true));
        assert!(reach.should_hold(10, true) && !reach.should_hold(10, false));
        assert!(!Reach::of(&[]).should_hold(1, true));
    }
}
