//! The plots of statistics: which numbers each shows, and what it is called.
//!
//! In: a [`StatsView`] or a [`DigestView`]. Out: [`Plots`], [`Timeline`], for a page.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::plot::{self, Plot, Series};
use super::{DigestView, StatsView};
use crate::clock::{DAY, MINUTE, rfc3339, timestamp};
use crate::i18n::{Locale, Value};
use crate::stats::span;

/// Bars of a timeline at most.
const BARS: i64 = 120;
/// Minutes that a bar may stand for.
const WIDTHS: [i64; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 360, 1440];

/// Those of a newsletter.
#[derive(Clone, Debug)]
pub struct Plots {
    /// Readers.
    pub readers: Plot,
    /// Who joined, and who is gone.
    pub moves: Plot,
    /// Who left by each digest, the oldest first; `None` when none was sent.
    pub left: Option<Plot>,
}

/// Draws them.
pub fn newsletter(view: &StatsView, locale: &Locale) -> Plots {
    let named = |key: &str, values: [(&str, i64); 2]| {
        let [(a, b), (c, d)] = values.map(|(name, value)| (name, value.to_string()));
        locale.format(key, &[(a, Value::Text(&b)), (c, Value::Text(&d))])
    };
    let readers: Vec<i64> = view.growth.iter().map(|row| row.readers).collect();
    let joined: Vec<i64> = view.growth.iter().map(|row| row.change.joined).collect();
    let gone: Vec<i64> = view.growth.iter().map(|row| row.change.gone()).collect();
    let marks = marks(view);
    let first = readers.first().copied().unwrap_or(0);
    let label = named("stats-plot-readers", [("first", first), ("last", view.readers)]);
    let moves = named("stats-plot-moves", [("joined", view.change.joined), ("gone", view.change.gone())]);
    let left: Vec<i64> = view.digests.iter().rev().map(|digest| digest.left).collect();
    let total = [("digests", left.len() as i64), ("left", left.iter().sum())];
    Plots {
        readers: plot::line(&label, &readers, &marks),
        moves: plot::bars(
            &moves,
            &[Series { look: "filled", values: &joined }],
            &[Series { look: "hatched", values: &gone }],
            &marks,
        ),
        left: (!left.is_empty()).then(|| {
            plot::bars(&named("stats-plot-left", total), &[Series { look: "hatched", values: &left }], &[], &[])
        }),
    }
}

/// In which rows of growth a digest left.
fn marks(view: &StatsView) -> Vec<usize> {
    let mut marks: Vec<usize> = view
        .digests
        .iter()
        .filter_map(|digest| {
            let at: jiff::Timestamp = digest.sent_at.parse().ok()?;
            let begin = span::date(view.step.begin(at.as_millisecond().div_euclid(DAY))).to_string();
            // The first row may begin within its week or month.
            Some(view.growth.partition_point(|row| row.day <= begin).saturating_sub(1))
        })
        .collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

/// A digest's.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Answers over time.
    pub plot: Plot,
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub until: String,
    /// Minutes a bar.
    pub width: i64,
}

/// The days between which a plot of a newsletter stands, as its axis names them: with years where they are not of the same one.
pub fn ends(view: &StatsView, locale: &Locale) -> [String; 2] {
    let days = [&view.from, &view.until].map(|day| day.parse::<Date>().ok());
    let with_year = days[0].map(Date::year) != days[1].map(Date::year);
    let short = |day: Option<Date>| day.map(|day| locale.short_day(day, with_year));
    let [from, until] = days.map(short);
    [from.unwrap_or_else(|| view.from.clone()), until.unwrap_or_else(|| view.until.clone())]
}

/// A day of [`StatsView`] in words.
pub fn day(iso: &str, locale: &Locale) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |day| locale.day(day))
}

/// A minute of a digest on the clock of its newsletter, as its axis and its table name it.
pub fn minute(minute: i64, zone: &TimeZone, locale: &Locale) -> String {
    let at = timestamp(minute * MINUTE).to_zoned(zone.clone());
    let (date, time) = (locale.short_day(at.date(), false), locale.time(&at));
    locale.format("date-and-time", &[("date", Value::Text(&date)), ("time", Value::Text(&time))])
}

/// Draws it; `None` when no server has answered yet.
pub fn digest(view: &DigestView, locale: &Locale) -> Option<Timeline> {
    let (first, last) = (view.timeline.first()?.minute, view.timeline.last()?.minute);
    let span = last - first + 1;
    let width = WIDTHS.into_iter().find(|width| span <= width * BARS).unwrap_or((span + BARS - 1) / BARS);
    let steps = usize::try_from((span + width - 1) / width).unwrap_or(0);
    let mut kinds = [vec![0; steps], vec![0; steps], vec![0; steps]];
    for row in &view.timeline {
        let step = usize::try_from((row.minute - first) / width).unwrap_or(0);
        for (kind, value) in kinds.iter_mut().zip([row.accepted, row.refused, row.deferred]) {
            kind[step] += value;
        }
    }
    let [accepted, refused, deferred] = &kinds;
    let totals = [accepted, refused, deferred].map(|kind| kind.iter().sum::<i64>().to_string());
    let label = locale.format(
        "stats-plot-timeline",
        &[
            ("accepted", Value::Text(&totals[0])),
            ("refused", Value::Text(&totals[1])),
            ("deferred", Value::Text(&totals[2])),
        ],
    );
    let up = [Series { look: "filled", values: accepted }];
    let down = [Series { look: "hatched", values: deferred }, Series { look: "outlined", values: refused }];
    Some(Timeline {
        plot: plot::bars(&label, &up, &down, &[]),
        from: rfc3339(first * MINUTE),
        until: rfc3339((last + 1) * MINUTE),
        width,
    })
}
