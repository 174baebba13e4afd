//! What an editor wants of a digest that cannot stand, field by field.
//!
//! In: an [`Edit`]. Out: [`Problem`]s; none when it can be stored. Knows no database: whether a post is still to be had is found out
//! when it is taken (`super::save`).

use url::Url;

use super::{ALT, Edit, IMAGE, INTRO, PREHEADER, Place, SUBJECT, SUMMARY, intro_html};
use crate::coded::codes;
use crate::mails;

codes! {
    /// What is wrong with a field, and what would be right.
    pub enum Wrong as "wrong-edit" {
        /// Too long.
        Long {
            /// Characters that fit.
            most: usize,
        } => "long",
        /// Too large once it is a mail.
        Large => "large",
        /// No address of the web.
        WebAddress => "web-address",
        /// Nothing would be left.
        NoPost => "no-post",
        /// Too many for one mail.
        ManyPosts {
            /// How many may be in it.
            most: usize,
        } => "many-posts",
        /// It was taken by another digest or taken back meanwhile.
        PostGone {
            /// Its title.
            title: String,
        } => "post-gone",
    }
}

/// One field that cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `subject`, `preheader`, `intro`, `posts`; `summary`, `image` or `alt` of a post.
    pub field: &'static str,
    /// Which post.
    pub post: Option<i64>,
    /// What is wrong.
    pub why: Wrong,
}

/// What cannot be stored.
pub(super) fn problems(wish: &Edit, most: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |field, post, why| found.push(Problem { field, post, why });
    let words =
        [("subject", &wish.subject, SUBJECT), ("preheader", &wish.preheader, PREHEADER), ("intro", &wish.intro, INTRO)];
    for (field, text, most) in words {
        if too_long(text, most) {
            add(field, None, Wrong::Long { most });
        } else if field == "intro" && !mails::intro_fits(&intro_html(text)) {
            add(field, None, Wrong::Large);
        }
    }
    for post in &wish.posts {
        for (field, text, most) in
            [("summary", &post.summary, SUMMARY), ("image", &post.image, IMAGE), ("alt", &post.alt, ALT)]
        {
            if too_long(text, most) {
                add(field, Some(post.id), Wrong::Long { most });
            } else if field == "image" && !text.trim().is_empty() && web_address(text).is_none() {
                add(field, Some(post.id), Wrong::WebAddress);
            }
        }
    }
    let inside = wish.posts.iter().filter(|post| post.place == Place::In).count();
    if inside == 0 {
        add("posts", None, Wrong::NoPost);
    } else if inside > most {
        add("posts", None, Wrong::ManyPosts { most });
    }
    found
}

/// Counts no further than it must: somebody may have pasted ten megabytes.
fn too_long(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

pub(super) fn web_address(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::PostEdit;
    use super::*;

    fn wish() -> Edit {
        Edit { posts: vec![PostEdit { id: 7, ..PostEdit::default() }], ..Edit::default() }
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_field() {
        let of = |edit: Edit| problems(&edit, 2).into_iter().map(|p| (p.field, p.post, p.why)).collect::<Vec<_>>();
        assert_eq!(of(wish()), []);
        let long = |most: usize| "é".repeat(most + 1);
        assert_eq!(of(Edit { subject: long(SUBJECT), ..wish() }), [("subject", None, Wrong::Long { most: SUBJECT })]);
        assert_eq!(of(Edit { subject: "é".repeat(SUBJECT), ..wish() }), []);
        assert_eq!(of(Edit { preheader: long(PREHEADER), ..wish() })[0].0, "preheader");
        assert_eq!(of(Edit { intro: "x".repeat(10 << 20), ..wish() }), [("intro", None, Wrong::Long { most: INTRO })]);
        assert_eq!(of(Edit { intro: "- 字\n".repeat(INTRO / 4), ..wish() }), [("intro", None, Wrong::Large)]);
        let post = |change: fn(&mut PostEdit)| {
            let mut wish = wish();
            change(&mut wish.posts[0]);
            of(wish)
        };
        for bad in
            ["javascript:alert(1)", "data:image/png;base64,AA", "/a.png", "a.png", "ftp://a.example/a.png", "https://"]
        {
            let mut wish = wish();
            wish.posts[0].image = bad.to_owned();
            assert_eq!(of(wish), [("image", Some(7), Wrong::WebAddress)], "{bad}");
        }
        assert_eq!(post(|post| post.image = " https://a.example/a.png ".to_owned()), []);
        assert_eq!(post(|post| post.summary = "x".repeat(SUMMARY + 1))[0].0, "summary");
        assert_eq!(post(|post| post.place = Place::Waits), [("posts", None, Wrong::NoPost)]);
        let many = Edit { posts: vec![PostEdit::default(); 3], ..Edit::default() };
        assert_eq!(of(many), [("posts", None, Wrong::ManyPosts { most: 2 })]);
    }
}
