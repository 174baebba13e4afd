//! Which mails a digest needs, and who gets which of those that follow from a change of rhythm. Pure.
//!
//! In: the topics of its posts, the sets that readers chose, and what [`Changed`] says of single readers. Out: a [`Plan`]. What somebody
//! had is left out exactly, whatever that costs; topics may be met by the nearest larger mail.

use std::collections::{BTreeMap, BTreeSet};

use crate::digests::sql::Changed;
use crate::mails::part::{Posts, Share, nearest, worth_a_mail};

/// Sets of single readers that are made by their topics too; with more of them only what they had counts.
const EXACT: usize = 64;

/// What is known of a digest's posts and readers.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Ids of its posts, in its order.
    pub posts: Vec<i64>,
    /// The topics of each, 0 for everybody's; empty for a newsletter without topics.
    pub topics: Vec<i64>,
    /// Topic sets that readers of the rhythm chose, and how many each.
    pub chosen: Vec<(i64, i64)>,
    /// Readers who changed their rhythm, in order.
    pub changed: Vec<Changed>,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its posts.
    pub posts: Posts,
    /// How many get it, as things stand.
    pub readers: i64,
    /// Whether topics made it.
    pub is_topics: bool,
}

/// A reader whose share follows from their change of rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub id: i64,
    /// Their part, from 1 on; 0: nothing of it is for them. `None`: the whole after all.
    pub number: Option<i64>,
    /// They are on another rhythm.
    pub is_owed: bool,
    /// They get digests now.
    pub is_confirmed: bool,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Numbered from 1 on.
    pub parts: Vec<Part>,
    /// In order of their ids.
    pub readers: Vec<Reader>,
    /// Chosen topic sets for which nothing of it is.
    pub left_out: Vec<i64>,
    /// How many get the whole of those who chose topics, and how many nothing.
    pub whole_by_topics: i64,
    /// Readers who chose none of its topics.
    pub left_out_readers: i64,
    /// Sets that readers want, when they are more than there are mails for.
    pub short: Option<usize>,
}

/// What one reader wants.
struct Wish {
    posts: Posts,
    topics: Option<i64>,
    is_owed: bool,
    is_confirmed: bool,
}

impl Known {
    fn whole(&self) -> Posts {
        Posts::all(self.posts.len())
    }

    fn wanted(&self, topics: Option<i64>) -> Posts {
        Posts::wanted(self.posts.len(), &self.topics, topics)
    }

    /// What each reader wants who changed their rhythm; `by_topics`: only what they chose.
    fn wishes(&self, by_topics: bool) -> BTreeMap<i64, Wish> {
        let places: BTreeMap<i64, usize> = self.posts.iter().zip(0..).map(|(id, place)| (*id, place)).collect();
        let mut marked: BTreeMap<i64, (Vec<usize>, &Changed)> = BTreeMap::new();
        for row in &self.changed {
            if let Some(place) = places.get(&row.post_id) {
                marked.entry(row.subscriber_id).or_insert_with(|| (Vec::new(), row)).0.push(*place);
            }
        }
        let wish = |(id, (places, row)): (i64, (Vec<usize>, &Changed))| {
            let own = if by_topics { self.wanted(row.topics) } else { self.whole() };
            let marked = Posts::at(places);
            let posts = if row.is_owed { own.and(marked) } else { own.without(marked) };
            let Changed { topics, is_owed, is_confirmed, .. } = *row;
            (id, Wish { posts, topics, is_owed, is_confirmed })
        };
        marked.into_iter().map(wish).collect()
    }

    /// The plan.
    pub fn plan(&self) -> Plan {
        let whole = self.whole();
        let wanted: Vec<(Posts, i64)> =
            self.chosen.iter().map(|(set, readers)| (self.wanted(Some(*set)), *readers)).collect();
        let (kept, is_short) = worth_a_mail(&wanted, whole);
        let mut wishes = self.wishes(true);
        if sets(&wishes, whole).len() > EXACT {
            wishes = self.wishes(false);
        }
        let all: BTreeSet<Posts> = sets(&wishes, whole).into_iter().chain(kept.iter().copied()).collect();
        let all: Vec<Posts> = all.into_iter().collect();
        let parts = all.iter().map(|posts| Part { posts: *posts, readers: 0, is_topics: kept.contains(posts) });
        let mut plan = Plan { parts: parts.collect(), ..Plan::default() };
        plan.short = is_short.then(|| wanted.iter().map(|(posts, _)| *posts).collect::<BTreeSet<_>>().len());
        for ((set, readers), (posts, _)) in self.chosen.iter().zip(&wanted) {
            match nearest(&all, whole, *posts) {
                Share::Whole => plan.whole_by_topics += readers,
                Share::Part(place) => plan.parts[place].readers += readers,
                Share::Nothing => {
                    plan.left_out.push(*set);
                    plan.left_out_readers += readers;
                }
            }
        }
        for (id, wish) in wishes {
            let reader = self.reader(&all, id, &wish, &mut plan);
            plan.readers.push(reader);
        }
        plan
    }

    /// One reader's part, counted there instead of where their topics alone would have them.
    fn reader(&self, all: &[Posts], id: i64, wish: &Wish, plan: &mut Plan) -> Reader {
        let whole = self.whole();
        if wish.is_confirmed && !wish.is_owed && wish.topics.is_some() {
            match nearest(all, whole, self.wanted(wish.topics)) {
                Share::Whole => plan.whole_by_topics -= 1,
                Share::Part(place) => plan.parts[place].readers -= 1,
                Share::Nothing => plan.left_out_readers -= 1,
            }
        }
        let number = match all.binary_search(&wish.posts) {
            Ok(place) => {
                plan.parts[place].readers += i64::from(wish.is_confirmed);
                Some(place as i64 + 1)
            }
            Err(_) if wish.posts.is_empty() => Some(0),
            Err(_) => None,
        };
        Reader { id, number, is_owed: wish.is_owed, is_confirmed: wish.is_confirmed }
    }
}

/// The sets that need a mail of their own.
fn sets(wishes: &BTreeMap<i64, Wish>, whole: Posts) -> BTreeSet<Posts> {
    wishes.values().map(|wish| wish.posts).filter(|posts| !posts.is_empty() && *posts != whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: i64 = 0b01;
    const B: i64 = 0b10;

    fn known() -> Known {
        Known { posts: vec![11, 12, 13], topics: vec![A, B, 0], ..Known::default() }
    }

    fn changed(subscriber_id: i64, post_id: i64, is_owed: bool, topics: Option<i64>) -> Changed {
        Changed { subscriber_id, post_id, is_owed, topics, is_confirmed: true }
    }

    fn posts(places: &[usize]) -> Posts {
        Posts::at(places.iter().copied())
    }

    #[test]
    fn without_topics_and_changes_there_is_the_whole_alone() {
        let plan = Known { topics: Vec::new(), chosen: Vec::new(), ..known() }.plan();
        assert!(plan.parts.is_empty() && plan.readers.is_empty() && plan.left_out.is_empty());
    }

    #[test]
    fn each_set_that_was_chosen_has_its_part_and_its_readers() {
        let plan = Known { chosen: vec![(A, 5), (B, 7), (A | B, 2)], ..known() }.plan();
        let found: Vec<(Posts, i64)> = plan.parts.iter().map(|part| (part.posts, part.readers)).collect();
        assert_eq!(found, [(posts(&[0, 2]), 5), (posts(&[1, 2]), 7)]);
        assert_eq!((plan.whole_by_topics, plan.short), (2, None));
        // Without a post for everybody some get nothing.
        let two = Known { posts: vec![11, 12], topics: vec![A, A], chosen: vec![(A, 5), (B, 7)], changed: Vec::new() };
        let plan = two.plan();
        assert_eq!((plan.parts.len(), plan.left_out, plan.left_out_readers), (0, vec![B], 7));
        assert_eq!(plan.whole_by_topics, 5);
    }

    #[test]
    fn who_changed_their_rhythm_gets_what_they_have_not_had_or_what_they_are_owed() {
        let mut known = known();
        known.chosen = vec![(A, 1)];
        known.changed = vec![
            changed(1, 11, false, None),
            changed(2, 11, false, None),
            changed(2, 12, false, None),
            changed(2, 13, false, None),
            changed(3, 12, true, None),
            changed(4, 12, true, Some(A)),
            changed(5, 13, false, Some(A)),
            changed(6, 99, false, None),
        ];
        let plan = known.plan();
        let of = |id: i64| {
            let reader = plan.readers.iter().find(|reader| reader.id == id).unwrap();
            match reader.number.unwrap() {
                0 => Posts::NONE,
                number => plan.parts[number as usize - 1].posts,
            }
        };
        assert_eq!(of(1), posts(&[1, 2]));
        assert_eq!(of(2), Posts::NONE);
        assert_eq!(of(3), posts(&[1]));
        assert_eq!(of(4), Posts::NONE, "a topic that they did not choose");
        assert_eq!(of(5), posts(&[0]));
        assert_eq!(plan.readers.len(), 5, "a post that was taken back marks nobody");
        let topics = plan.parts.iter().find(|part| part.is_topics).unwrap();
        assert_eq!((topics.posts, topics.readers), (posts(&[0, 2]), 0), "the only one who chose it has another part");
    }

    #[test]
    fn with_very_many_sets_only_what_was_had_counts() {
        let topics: Vec<i64> = (0..60).map(|place| 1 << (place % 10)).collect();
        let ids: Vec<i64> = (0..60).collect();
        // Two hundred readers: each had another number of posts, with one of several topic sets.
        let mut rows = Vec::new();
        for reader in 0..200_i64 {
            for post in 0..=(reader % 20) {
                rows.push(changed(reader, post, false, Some(1 << (reader % 10) | 1 << (reader % 7))));
            }
        }
        let plan = Known { posts: ids, topics, chosen: Vec::new(), changed: rows }.plan();
        assert_eq!(plan.parts.len(), 20);
        for reader in &plan.readers {
            let part = plan.parts[reader.number.unwrap() as usize - 1].posts;
            assert_eq!(part, Posts::all(60).without(Posts::all((reader.id % 20) as usize + 1)));
        }
    }
}
