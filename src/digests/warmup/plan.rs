//! How many mails go on which day. Pure.
//!
//! In: a day's figure, how many wait. Out: the figures of the days to come.

/// Up to here each day may send twice what the day before might.
const DOUBLES: i64 = 2_000;

/// What the day after one with this figure may send: twice as much up to [`DOUBLES`], three tenths more above.
pub const fn grown(figure: i64) -> i64 {
    if figure >= DOUBLES {
        return figure + figure / 10 * 3;
    }
    if figure * 2 < DOUBLES { figure * 2 } else { DOUBLES }
}

/// What the first day may send, from a domain whose largest mailing was to `most`: the setting, or what grows from that.
pub fn first(first_day: i64, most: i64) -> i64 {
    grown(most).max(first_day)
}

/// How `waiting` mails are spread, when the first day has `left` and the second may send `next`; growing as if nothing warned.
pub fn days(left: i64, mut next: i64, mut waiting: i64) -> Vec<i64> {
    let mut days = vec![left.clamp(0, waiting.max(0))];
    waiting -= days[0];
    while waiting > 0 {
        let day = next.clamp(1, waiting);
        days.push(day);
        waiting -= day;
        next = grown(next);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_two_thousand_and_then_grows_by_three_tenths() {
        let figures =
            |first| std::iter::successors(Some(first), |figure| Some(grown(*figure))).take(7).collect::<Vec<_>>();
        assert_eq!(figures(500), [500, 1_000, 2_000, 2_600, 3_380, 4_394, 5_711]);
        assert_eq!(figures(200), [200, 400, 800, 1_600, 2_000, 2_600, 3_380]);
        assert_eq!(grown(0), 0);
    }

    #[test]
    fn a_readership_is_spread_to_the_last() {
        assert_eq!(days(500, 1_000, 5_200), [500, 1_000, 2_000, 1_700]);
        assert_eq!(days(500, 1_000, 500), [500]);
        assert_eq!(days(0, 1_000, 1_200), [0, 1_000, 200], "nothing is left of today");
        assert_eq!(days(-3, 2, 3), [0, 2, 1]);
        assert_eq!(days(10, 20, 0), [0]);
        let long = days(500, 1_000, 100_000);
        assert_eq!((long.len(), long.iter().sum::<i64>()), (13, 100_000));
    }

    #[test]
    fn who_has_sent_to_many_begins_with_more() {
        assert_eq!(first(500, 0), 500);
        assert_eq!(first(500, 480), 960, "a list that grows by itself is not slowed");
        assert_eq!(first(500, 100_000), 130_000);
    }
}
