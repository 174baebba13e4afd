//! Parts of a digest: which of its posts somebody gets, and which mails are made for that. Pure.
//!
//! In: the topics of each post, what readers chose, posts that some of them had before. Out: sets of posts ([`Posts`]), the few that are
//! worth a mail ([`worth_a_mail`]), and for a wanted set the mail that is nearest to it ([`nearest`]). Met by the release, which
//! makes the mails, and by delivery, which picks one for each reader: both by the same rule, so that a restart picks the same.

/// Topic sets that a digest has mails for at most, the whole among them. Whoever chose another gets the nearest larger one.
pub const MOST: usize = 32;

/// Posts of a digest, by their place in it: a bit each. A digest has at most a hundred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posts(u128);

impl Posts {
    /// None.
    pub const NONE: Self = Self(0);

    /// The first so many.
    pub fn all(count: usize) -> Self {
        Self(u32::try_from(count).ok().and_then(|count| 1_u128.checked_shl(count)).map_or(u128::MAX, |next| next - 1))
    }

    /// Those at these places.
    pub fn at(places: impl IntoIterator<Item = usize>) -> Self {
        let bit = |place: usize| u32::try_from(place).ok().and_then(|place| 1_u128.checked_shl(place)).unwrap_or(0);
        Self(places.into_iter().fold(0, |set, place| set | bit(place)))
    }

    /// Whether the post at this place is among them.
    pub fn has(self, place: usize) -> bool {
        self.0 & Self::at([place]).0 != 0
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of the other are among them.
    pub fn holds(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// The posts that somebody with these topics wants. `topics`: the set of each post, 0 for everybody's; shorter than the digest
    /// where the rest is everybody's. `chosen`: `None` for everything.
    pub fn wanted(count: usize, topics: &[i64], chosen: Option<i64>) -> Self {
        let Some(chosen) = chosen else { return Self::all(count) };
        let topic = |place: usize| topics.get(place).copied().unwrap_or(0);
        Self::at((0..count).filter(|place| topic(*place) == 0 || topic(*place) & chosen != 0))
    }
}

/// The topics of all posts together: whoever chose topics, and none of these, wants nothing of the digest. `None` where a post is for
/// everybody. `count` and `topics` as in [`Posts::wanted`].
pub fn needed(count: usize, topics: &[i64]) -> Option<i64> {
    let mut each = (0..count).map(|place| topics.get(place).copied().unwrap_or(0));
    each.try_fold(0, |all, set| (set != 0).then_some(all | set))
}

/// What somebody gets of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Its mail with everything.
    Whole,
    /// The mail at this place among the parts.
    Part(usize),
    /// No mail: nothing of it is for them.
    Nothing,
}

/// The mail for a wanted set: its own, else the smallest that holds it, of several the first; the whole holds everything.
pub fn nearest(parts: &[Posts], whole: Posts, wanted: Posts) -> Share {
    if wanted.is_empty() {
        return Share::Nothing;
    }
    if wanted == whole {
        return Share::Whole;
    }
    let holding = parts.iter().enumerate().filter(|(_, part)| part.holds(wanted) && **part != whole);
    holding.min_by_key(|(place, part)| (part.count(), *place)).map_or(Share::Whole, |(place, _)| Share::Part(place))
}

/// Of the sets that readers want, those that get a mail of their own beside the whole: the ones that most want, [`MOST`] with it. `wanted`:
/// a set, and how many want it. In the order of the sets, so that the same readers make the same mails. The flag says whether some had
/// to go without.
pub fn worth_a_mail(wanted: &[(Posts, i64)], whole: Posts) -> (Vec<Posts>, bool) {
    let mut sums: std::collections::BTreeMap<Posts, i64> = std::collections::BTreeMap::new();
    for (posts, readers) in wanted.iter().filter(|(posts, _)| !posts.is_empty() && *posts != whole) {
        *sums.entry(*posts).or_default() += readers;
    }
    let mut all: Vec<(Posts, i64)> = sums.into_iter().collect();
    let short = all.len() >= MOST;
    all.sort_by_key(|(posts, readers)| (std::cmp::Reverse(*readers), *posts));
    all.truncate(MOST - 1);
    let mut kept: Vec<Posts> = all.into_iter().map(|(posts, _)| posts).collect();
    kept.sort_unstable();
    (kept, short)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posts(places: &[usize]) -> Posts {
        Posts::at(places.iter().copied())
    }

    #[test]
    fn a_set_is_as_large_as_a_digest_can_be() {
        assert_eq!((Posts::all(0), Posts::all(3)), (Posts::NONE, posts(&[0, 1, 2])));
        assert_eq!((Posts::all(100).count(), Posts::all(128).count(), Posts::all(500).count()), (100, 128, 128));
        assert!(posts(&[99]).has(99) && !posts(&[99]).has(98));
        assert!(posts(&[200]).is_empty());
    }

    #[test]
    fn a_reader_wants_posts_of_their_topics_and_those_of_none() {
        let topics = [0b01, 0b10, 0, 0b11];
        assert_eq!(Posts::wanted(4, &topics, None), Posts::all(4));
        assert_eq!(Posts::wanted(4, &topics, Some(0b10)), posts(&[1, 2, 3]));
        assert_eq!(Posts::wanted(4, &topics, Some(0b100)), posts(&[2]));
        assert_eq!(Posts::wanted(2, &topics, Some(0b100)), Posts::NONE);
        assert_eq!(Posts::wanted(2, &[], Some(0b100)), Posts::all(2), "a newsletter without topics");
    }

    proptest! {
        /// One look at a number says of each set whether nothing is wanted.
        #[test]
        fn whoever_chose_none_of_the_needed_topics_wants_nothing(
            count in 0..6_usize, topics in proptest::collection::vec(0..16_i64, 0..7), chosen in 0..16_i64,
        ) {
            let nothing = needed(count, &topics).is_some_and(|needed| needed & chosen == 0);
            prop_assert_eq!(Posts::wanted(count, &topics, Some(chosen)).is_empty(), nothing);
        }
    }

    #[test]
    fn whoever_has_no_mail_of_their_own_gets_the_nearest_larger_one() {
        let whole = Posts::all(4);
        let parts = [posts(&[0]), posts(&[0, 1, 2]), posts(&[0, 2]), posts(&[1, 2])];
        assert_eq!(nearest(&parts, whole, posts(&[0])), Share::Part(0));
        assert_eq!(nearest(&parts, whole, posts(&[2])), Share::Part(2), "of two that are equal, the first");
        assert_eq!(nearest(&parts, whole, posts(&[1])), Share::Part(3));
        assert_eq!(nearest(&parts, whole, posts(&[3])), Share::Whole);
        assert_eq!(nearest(&parts, whole, whole), Share::Whole);
        assert_eq!(nearest(&parts, whole, Posts::NONE), Share::Nothing);
    }

    #[test]
    fn at_most_thirty_two_mails_are_made_and_the_rare_sets_go_without() {
        let whole = Posts::all(40);
        let wanted: Vec<(Posts, i64)> = (0..35).map(|place| (posts(&[place]), 100 - place as i64)).collect();
        let (kept, short) = worth_a_mail(&wanted, whole);
        assert_eq!((kept.len(), short), (31, true));
        assert!(kept.contains(&posts(&[30])) && !kept.contains(&posts(&[31])));
        assert_eq!(nearest(&kept, whole, posts(&[33])), Share::Whole);
        let few = [(posts(&[1]), 1), (posts(&[1]), 2), (whole, 9), (Posts::NONE, 9)];
        assert_eq!(worth_a_mail(&few, whole), (vec![posts(&[1])], false));
        assert!(!worth_a_mail(&wanted[..31], whole).1, "thirty-one and the whole");
    }

    proptest! {
        #[test]
        fn nobody_misses_a_post_and_the_set_is_met_where_it_has_a_mail(
            parts in prop::collection::vec(any::<u8>(), 0..12), wanted in any::<u8>()
        ) {
            let whole = Posts::all(8);
            let (parts, wanted): (Vec<Posts>, Posts) =
                (parts.into_iter().map(|part| Posts(u128::from(part))).collect(), Posts(u128::from(wanted)));
            let got = match nearest(&parts, whole, wanted) {
                Share::Whole => whole,
                Share::Part(place) => parts[place],
                Share::Nothing => Posts::NONE,
            };
            prop_assert!(got.holds(wanted));
            prop_assert!(wanted.is_empty() == got.is_empty());
            prop_assert!(!parts.contains(&wanted) || got == wanted);
        }
    }
}
