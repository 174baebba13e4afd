//! Signatures held against a plain verifier, which reads the whole mail anew; that one is held against the example of RFC 8463.

use std::sync::Arc;

use aws_lc_rs::digest::digest;
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use proptest::prelude::*;

use super::*;
use crate::delivery::tests::mail;
use crate::dkim::key::Algorithm;
use crate::mails::{Hole, SignUp, Variant};

/// Appendix A.3, with both signatures.
const RFC_8463: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
";
/// The public keys of appendix A.2.
const RFC_8463_ED25519: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const RFC_8463_RSA: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91\
                            y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";

/// One blank for each run of them.
fn collapse(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            _ => out.push(char),
        }
    }
    out
}

fn relaxed_body(body: &str) -> String {
    let mut lines: Vec<String> =
        body.split("\r\n").map(|line| collapse(line).trim_end_matches(' ').to_owned()).collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if lines.is_empty() { String::new() } else { lines.join("\r\n") + "\r\n" }
}

fn relaxed_field(field: &str) -> String {
    let (name, value) = field.split_once(':').unwrap();
    format!("{}:{}", name.trim().to_ascii_lowercase(), collapse(&value.replace("\r\n", "")).trim())
}

/// Verifies each signature of a mail; says of which keys.
fn verified(message: &str, public: impl Fn(&str) -> (Algorithm, String)) -> Vec<Algorithm> {
    let (head, body) = message.split_once("\r\n\r\n").unwrap();
    let mut fields: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match fields.last_mut() {
            Some(field) if line.starts_with([' ', '\t']) => field.extend(["\r\n", line]),
            _ => fields.push(line.to_owned()),
        }
    }
    let hash = STANDARD.encode(digest(&SHA256, relaxed_body(body).as_bytes()));
    let signatures = fields.iter().filter(|field| field.starts_with("DKIM-Signature:"));
    let good = |signature: &String| {
        let tags: Vec<(String, String)> = signature[15..]
            .split(';')
            .map(|tag| tag.split_once('=').unwrap())
            .map(|(name, value)| (name.trim().to_owned(), value.split_whitespace().collect()))
            .collect();
        let tag = |name: &str| tags.iter().find(|(known, _)| known == name).unwrap().1.clone();
        assert_eq!(tag("bh"), hash, "the hash of the body");
        let mut left: Vec<&String> = fields.iter().collect();
        let mut signed = String::new();
        for name in tag("h").split(':') {
            let of_name = |field: &&String| field.split(':').next().unwrap().trim().eq_ignore_ascii_case(name);
            if let Some(at) = left.iter().rposition(of_name) {
                signed.extend([relaxed_field(left.remove(at)).as_str(), "\r\n"]);
            }
        }
        let without: Vec<&str> = signature
            .split(';')
            .map(|tag| if tag.trim().starts_with("b=") { &tag[..tag.find("b=").unwrap() + 2] } else { tag })
            .collect();
        signed += &relaxed_field(&without.join(";"));
        let (algorithm, key) = public(&tag("s"));
        assert_eq!(tag("a"), algorithm.name());
        let (key, b) = (STANDARD.decode(key).unwrap(), STANDARD.decode(tag("b")).unwrap());
        match algorithm {
            Algorithm::Rsa => UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key)
                .verify(signed.as_bytes(), &b)
                .expect("the RSA signature"),
            Algorithm::Ed25519 => UnparsedPublicKey::new(&ED25519, key)
                .verify(digest(&SHA256, signed.as_bytes()).as_ref(), &b)
                .expect("the Ed25519 signature"),
        }
        algorithm
    };
    signatures.map(good).collect()
}

#[test]
fn the_example_of_rfc_8463() {
    let message = RFC_8463.replace('\n', "\r\n");
    let found = verified(&message, |selector| match selector {
        "brisbane" => (Algorithm::Ed25519, RFC_8463_ED25519.to_owned()),
        _ => (Algorithm::Rsa, RFC_8463_RSA.to_owned()),
    });
    assert_eq!(found, [Algorithm::Ed25519, Algorithm::Rsa]);
    let bare = &message[message.find("From: Joe").unwrap()..];
    let variant = Variant::new(vec![(bare.as_bytes().to_vec(), None)]);
    let covered = variant.covered().unwrap();
    let body = covered.body(&variant, &crate::mails::Person::default(), &mut Vec::new());
    assert_eq!(STANDARD.encode(body), "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=", "the hash of the example");
    assert_eq!(covered.date(), 1_057_982_437);
}

/// Keys of a sender, and what DNS says of them.
struct Known {
    signing: Signing,
    public: Vec<(String, Algorithm, String)>,
}

impl Known {
    fn new(reports: Option<&str>) -> Self {
        let of = |(selector, algorithm): (&str, Algorithm)| {
            let key = PrivateKey::generate(algorithm).unwrap();
            ((String::from(selector), algorithm, key.public().unwrap()), (String::from(selector), key))
        };
        let (public, keys) = [("one", Algorithm::Rsa), ("one-ed", Algorithm::Ed25519)].map(of).into_iter().unzip();
        let signer = Arc::new(Signer::new("example.org".into(), keys));
        Self { signing: Signing::new(signer, "carnet@example.org", reports), public }
    }

    /// The mail as it leaves; both signatures hold.
    fn signed(&self, mail: &Mail) -> String {
        let mut mail = mail.clone();
        mail.signature = self.signing.sign(&mail, &mut Room::default()).unwrap();
        let mut out = Vec::new();
        mail.splice(&mut out);
        let text = String::from_utf8(out).unwrap();
        let public = |selector: &str| {
            let found = self.public.iter().find(|(known, ..)| known == selector).unwrap();
            (found.1, found.2.clone())
        };
        assert_eq!(verified(&text, public), [Algorithm::Rsa, Algorithm::Ed25519]);
        text
    }
}

/// A digest to one reader, who signed up somewhere.
fn digest_mail() -> Mail {
    let sender = crate::mails::Sender {
        newsletter: "Le carnet".into(),
        slug: "carnet".into(),
        from_name: "Élise, du carnet de bord d’une très longue traversée de l’estuaire".into(),
        from_address: "carnet@example.org".into(),
        reply_to: Some("elise@example.org".into()),
        site_url: Some("https://blog.example.org".into()),
        postal: "1 rue de la Poste".into(),
        base_url: "https://news.example.org".into(),
        leave_mailbox: String::new(),
        brand: crate::mails::Brand::default(),
        texts: crate::texts::Texts::default(),
    };
    let post = crate::mails::DigestPost {
        title: "Un titre assez long pour que son champ soit plié en plusieurs lignes, avec des accents é à ü".into(),
        content: "<p>Un  texte   avec des blancs.</p>\n\n<pre>  a\t b  </pre>".repeat(5),
        url: Some("https://blog.example.org/un".into()),
        ..Default::default()
    };
    let content = crate::mails::DigestContent { posts: vec![post], zone: "Europe/Paris".into(), ..Default::default() };
    let composed = crate::mails::digest(&sender, &content, "fr", 1_780_293_600_000).unwrap();
    let variant = Variant::from_bytes(&composed.variant.to_bytes()).unwrap().signed(&composed.sign_up);
    Mail {
        variant: Arc::new(variant),
        leave: "AQEAabcdefghijklmnop".into(),
        message_id: "abcdefghijklmnopqrstuv".into(),
        envelope_from: "b-abcdefgh@bounces.example.org".into(),
        ..mail(1)
    }
}

#[test]
fn a_digest_is_signed_twice_and_as_the_rules_want_it() {
    let known = Known::new(Some("bounces.example.org"));
    let text = known.signed(&digest_mail());
    assert!(text.contains("\r\nCFBL-Address: b-abcdefgh@bounces.example.org; report=arf\r\n"), "{text}");
    assert!(text.contains("t=1780293600;"), "the date of the mail");
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(head.lines().all(|line| line.len() <= 78 || !line.trim().contains(' ')), "{head}");
    let found = crate::mails::lint::check_signed(text.as_bytes());
    assert!(found.iter().all(|finding| !finding.is_error()), "{found:#?}");
    assert_eq!(text, known.signed(&digest_mail()), "a repeat has the same bytes");
    let others = Known::new(Some("bounces.elsewhere.example")).signed(&digest_mail());
    assert!(!others.contains("\r\nCFBL-Address: "), "an address in another domain would not count");
}

#[test]
fn what_was_changed_on_the_way_does_not_verify() {
    let known = Known::new(None);
    let text = known.signed(&digest_mail());
    let public = |selector: &str| {
        let found = known.public.iter().find(|(name, ..)| name == selector).unwrap();
        (found.1, found.2.clone())
    };
    for (from, to) in [
        ("\r\nTo: user1@", "\r\nTo: user2@"),
        ("\r\nSubject: ", "\r\nSubject: a"),
        ("List-Unsubscribe-Post: List", "List-Unsubscribe-Post: Lost"),
        ("\r\nTo: user1@", "\r\nFrom: eve@example.net\r\nTo: user1@"),
        ("AQEAabcdefghijklmnop=", "AQEAabcdefghijklmnoq="),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        let holds = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| verified(&changed, public)));
        assert!(holds.is_err(), "{from}");
    }
    let folded = text.replacen("Feedback-ID: ", "Feedback-ID:\r\n\t  ", 1).replacen(
        "charset=utf-8\r\n",
        "charset=utf-8 \t\r\n",
        1,
    ) + "\r\n \r\n";
    assert_eq!(verified(&folded, public).len(), 2, "what relays do to blanks is harmless");
}

#[test]
fn many_are_signed_at_once_in_their_order() {
    let known = Known::new(None);
    let mails: Vec<Mail> =
        (1..=200).map(|id| Mail { key: mail(id).key, address: mail(id).address, ..digest_mail() }).collect();
    let (keys, mut signed) = (mails.iter().map(|mail| mail.key).collect::<Vec<_>>(), Vec::new());
    pool::sign_all(&known.signing, mails, |slice| {
        signed.extend(slice);
        true
    })
    .unwrap();
    assert_eq!(signed.iter().map(|mail| mail.key).collect::<Vec<_>>(), keys);
    for mail in signed.iter().step_by(37) {
        let alone = known.signing.sign(mail, &mut Room::default()).unwrap();
        assert_eq!(mail.signature, alone);
    }
    let mut slices = 0;
    pool::sign_all(&known.signing, signed, |_| {
        slices += 1;
        false
    })
    .unwrap();
    assert_eq!(slices, 1, "a queue that takes no more is not filled");
}

/// Texts of a body as no encoder would make them.
fn text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["a", "=", " ", "\t", "  ", "\r\n", "\r\n\r\n", ".", "Bonjour", "é"]);
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn hole() -> impl Strategy<Value = Hole> {
    let body = [Hole::Leave, Hole::Action, Hole::NotMe, Hole::SignUpText, Hole::SignUpHtml, Hole::MessageId];
    prop::sample::select(body.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands before, between and in the holes.
    #[test]
    fn any_prepared_mail_with_any_holes_verifies(
        first in text(),
        rest in prop::collection::vec((hole(), text()), 0..6),
        (blank, fold) in ("[ \t]{0,3}", "(\r\n )?"),
        (leave, action) in ("[A-Za-z0-9_-]{0,75}", "[A-Za-z0-9_-]{0,75}"),
        address in "[a-z0-9.+]{1,20}@[a-z]{1,9}\\.example",
        sign_up in prop::option::of(("[a-zé ]{0,90}", "[a-zé \n]{0,90}")),
    ) {
        let head = format!(
            "FROM:{blank}\"A  B\"{fold} <carnet@example.org>\r\nX-None:\r\nTo:{blank}"
        );
        let mut pieces = vec![(head.into_bytes(), Some(Hole::Address))];
        let next = format!("{blank}\r\nSubject:{fold} a {blank} b\r\nDate: Mon, 30 Nov 2026 06:00:00 +0000\r\nMessage-ID: <");
        pieces.push((next.into_bytes(), Some(Hole::MessageId)));
        pieces.push((format!("@example.org>{blank}\r\nList-Unsubscribe: <https://a.example/").into_bytes(), Some(Hole::Leave)));
        let mut current = format!(">\r\n\r\n{first}");
        for (hole, text) in rest {
            pieces.push((std::mem::replace(&mut current, text).into_bytes(), Some(hole)));
        }
        pieces.push((current.into_bytes(), None));
        let mut variant = Variant::new(pieces);
        if let Some((text, html)) = sign_up {
            variant = variant.signed(&SignUp { text, html });
        }
        let mail = Mail { variant: Arc::new(variant), leave, action, address, ..mail(1) };
        KNOWN.signed(&mail);
    }
}

static KNOWN: std::sync::LazyLock<Known> = std::sync::LazyLock::new(|| Known::new(None));
