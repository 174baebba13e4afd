//! "gmial.com → gmail.com ?": a question for the visitor. It never changes an address.
//!
//! In: the typed address. Out: the domain that may have been meant. Only large providers are suggested, so that owners of small
//! domains are not bothered; short names (free, sfr) only when the typed ending does not exist.

use std::collections::HashSet;
use std::sync::LazyLock;

use strsim::osa_distance;

use super::address::domain_of;

/// The domains that people mean, the more frequent first (the first wins a tie).
const PROVIDERS: &str = "gmail.com orange.fr wanadoo.fr hotmail.fr hotmail.com free.fr laposte.net yahoo.fr yahoo.com sfr.fr \
    outlook.fr outlook.com live.fr icloud.com bbox.fr neuf.fr gmx.fr gmx.com gmx.de aol.com protonmail.com \
    proton.me live.com msn.com numericable.fr club-internet.fr aliceadsl.fr cegetel.net noos.fr voila.fr \
    infomaniak.com mailo.com me.com mac.com ymail.com googlemail.com comcast.net verizon.net web.de t-online.de \
    skynet.be bluewin.ch videotron.ca";

/// Real domains with names similar to a provider's.
const REAL: &str = "mail.com email.com ymail.com gmx.net gmx.ch gmx.at rocketmail.com hotmail.it fastmail.com mail.fr email.fr \
    orange.com orange.net pm.me tutanota.com zmail.com qmail.com";

/// Endings of more than two letters that exist and people use.
const ENDINGS: &str = "com net org info biz edu gov mil int name pro mobi coop aero asia cat tel jobs museum travel app dev blog \
    shop online site xyz club email tech live cloud store paris bzh corsica alsace eus asso example test invalid";

/// Country codes (ISO 3166-1 as delegated, with eu, uk, su).
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw \
    by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo \
    fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp \
    ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu \
    mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa \
    sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk \
    us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    providers: PROVIDERS.split(' ').filter_map(Provider::of).collect(),
    meant: PROVIDERS.split(' ').collect(),
    real: REAL.split(' ').collect(),
    endings: ENDINGS.split(' ').chain(COUNTRIES.split(' ')).collect(),
});

/// The lists above, for looking things up.
struct Words {
    providers: Vec<Provider>,
    meant: HashSet<&'static str>,
    real: HashSet<&'static str>,
    endings: HashSet<&'static str>,
}

/// One of [`PROVIDERS`].
struct Provider {
    domain: &'static str,
    name: &'static str,
    ending: &'static str,
    letters: u64,
}

impl Provider {
    fn of(domain: &'static str) -> Option<Self> {
        let (name, ending) = domain.split_once('.')?;
        Some(Self { domain, name, ending, letters: letters(domain) })
    }
}

/// Which characters occur in a word, one bit for each, some sharing one. A slip changes two bits at most.
fn letters(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) & 63))
}

/// The domain that may have been meant, or `None` when there is nothing to ask.
pub fn suggestion(typed: &str) -> Option<String> {
    let typed = typed.trim().to_lowercase();
    let given = domain_of(&typed);
    let domain = given.trim_matches(|c: char| !c.is_alphanumeric());
    if WORDS.meant.contains(domain) {
        return (domain != given).then(|| domain.to_owned());
    }
    if WORDS.real.contains(domain) {
        return None;
    }
    let (name, ending) = domain.split_once('.')?;
    if ending.contains('.') {
        return None;
    }
    provider(domain, name, ending).or_else(|| {
        let meant = ending_meant(ending)?;
        Some(format!("{name}.{meant}"))
    })
}

fn provider(domain: &str, name: &str, ending: &str) -> Option<String> {
    let (length, letters, ending_exists) = (domain.chars().count(), letters(domain), exists(ending));
    let near = |known: &Provider| {
        if name == known.name {
            let slip = is_slip(known.name, ending, known.ending);
            return slip.then(|| osa_distance(domain, known.domain));
        }
        // Five letters: one slip; six, or an ending that is none: two.
        let allowed = match known.name.len() {
            0..=4 => return None,
            5 if ending_exists => 1,
            _ => 2,
        };
        // This quick check settles most domains: a slip changes the length by one at most, and two letters.
        let changed = (letters ^ known.letters).count_ones() as usize;
        if length.abs_diff(known.domain.len()) > allowed || changed > 2 * allowed {
            return None;
        }
        let distance = osa_distance(domain, known.domain);
        (distance <= allowed).then_some(distance)
    };
    let scored = WORDS.providers.iter().filter_map(|known| Some((near(known)?, known)));
    scored.min_by_key(|(distance, _)| *distance).map(|(_, known)| known.domain.to_owned())
}

/// Whether the ending of a provider's own name is a slip: none that exists, or one where the provider has none.
fn is_slip(name: &str, ending: &str, meant: &str) -> bool {
    match name {
        "gmail" | "googlemail" | "icloud" => true,
        _ if meant == "com" && ["co", "cm", "om"].contains(&ending) => true,
        _ => !exists(ending) && osa_distance(ending, meant) <= 2,
    }
}

fn exists(ending: &str) -> bool {
    WORDS.endings.contains(ending)
}

/// The ending that a slip of two neighbouring keys or letters makes of `com`, `net`, `org` or `fr`.
fn ending_meant(ending: &str) -> Option<&'static str> {
    if exists(ending) || !ending.is_ascii() || !(2..=4).contains(&ending.len()) {
        return None;
    }
    let close = |meant: &&str| osa_distance(ending, meant) == 1;
    let candidates = if ending.len() == 2 { &["fr"][..] } else { &["com", "org", "net", "fr"][..] };
    let mut found = candidates.iter().filter(|meant| close(meant));
    match (found.next(), found.next()) {
        (Some(meant), None) => Some(meant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen() {
        let cases = [
            ("gmial.com", "gmail.com"),
            ("gmail.fr", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmailc.om", "gmail.com"),
            ("ornage.fr", "orange.fr"),
            ("orange.ft", "orange.fr"),
            ("free.fe", "free.fr"),
            ("laposte.nte", "laposte.net"),
            ("hotmial.fr", "hotmail.fr"),
            ("yahooo.cmo", "yahoo.com"),
            ("wanadou.fr", "wanadoo.fr"),
            ("asso-velo.cmo", "asso-velo.com"),
            ("#gmail.com", "gmail.com"),
            ("orange.fr.", "orange.fr"),
        ];
        for (typed, meant) in cases {
            assert_eq!(suggestion(&format!("ana@{typed}")).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn other_peoples_domains_are_left_in_peace() {
        for typed in [
            "gmail.com",
            "orange.com",
            "mail.com",
            "free.org",
            "tree.fr",
            "sir.fr",
            "gma",
            "gmai",
            "gmx.net",
            "hotmail.it",
            "live.be",
            "lettre.example",
            "mail.company.cmo",
            "velo.bzh",
            "neuf.org",
            "freee.org",
            "ville.example.org",
        ] {
            assert_eq!(suggestion(&format!("ana@{typed}")), None, "{typed}");
        }
        assert_eq!(suggestion("ana@"), None);
        assert_eq!(suggestion("ana"), None);
        assert_eq!(suggestion(""), None);
    }

    proptest::proptest! {
        #[test]
        fn the_quick_look_hides_no_slip(place in 0..36_usize, at in 0..20_usize, kind in 0..4, by in "[a-z0-9é-]") {
            let known = &WORDS.providers[place % WORDS.providers.len()];
            let mut slipped: Vec<char> = known.domain.chars().collect();
            let at = at % (slipped.len() - 1);
            let by = by.chars().next().unwrap();
            match kind {
                0 => slipped.swap(at, at + 1),
                1 => slipped[at] = by,
                2 => slipped.insert(at, by),
                _ => drop(slipped.remove(at)),
            }
            let slipped: String = slipped.into_iter().collect();
            proptest::prop_assert!((letters(&slipped) ^ known.letters).count_ones() <= 2, "{slipped}");
        }
    }
}
