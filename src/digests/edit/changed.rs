//! What of a digest an edit changed, by name: for the record that somebody did, which holds no text.

use super::sql::{Line, Words};

/// `subject`, `preheader`, `intro`; `posts`: which there are, their order or who is left out; `own`: what stands of a post in this mail
/// only. Nothing for a wish that was stored already.
pub fn what(before: (&Words, &[Line]), after: (&Words, &[Line])) -> Vec<&'static str> {
    let (old, new) = (before.0, after.0);
    let differs = [
        ("subject", old.subject != new.subject),
        ("preheader", old.preheader != new.preheader),
        ("intro", old.intro != new.intro),
        ("posts", places(before.1) != places(after.1)),
        ("own", own(before.1) != own(after.1)),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// The posts in their order, and those left out, whose order says nothing.
fn places(lines: &[Line]) -> (Vec<i64>, Vec<i64>) {
    let (out, inside): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.left_out);
    let ids = |lines: Vec<&Line>| lines.into_iter().map(|line| line.post_id).collect::<Vec<_>>();
    let mut out = ids(out);
    out.sort_unstable();
    (ids(inside), out)
}

/// What editors wrote for posts, by post.
fn own(lines: &[Line]) -> Vec<(i64, [Option<&str>; 3])> {
    let texts = |line: &Line| line.own_summary.is_some() || line.own_image.is_some() || line.own_alt.is_some();
    let mut own = Vec::new();
    for line in lines.iter().filter(|line| texts(line)) {
        own.push((line.post_id, [line.own_summary.as_deref(), line.own_image.as_deref(), line.own_alt.as_deref()]));
    }
    own.sort_unstable();
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(post_id: i64) -> Line {
        Line { post_id, position: 0, left_out: false, own_summary: None, own_image: None, own_alt: None }
    }

    #[test]
    fn each_thing_is_named_and_nothing_else() {
        let (words, lines) = (Words::default(), [line(1), line(2)]);
        let of = |new: &Words, after: &[Line]| what((&words, &lines), (new, after)).join(" ");
        assert_eq!(of(&Words { revision: 9, ..words.clone() }, &lines), "");
        assert_eq!(of(&Words { subject: "a".into(), intro: "b".into(), ..words.clone() }, &lines), "subject intro");
        assert_eq!(of(&words, &[line(2), line(1)]), "posts");
        assert_eq!(of(&words, &[line(1)]), "posts");
        assert_eq!(of(&words, &[line(1), Line { left_out: true, ..line(2) }]), "posts");
        let own = Line { own_summary: Some("a".into()), position: 7, ..line(1) };
        assert_eq!(of(&words, &[own, line(2)]), "own");
    }
}
