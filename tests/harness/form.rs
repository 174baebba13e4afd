//! The forms of a page, as a browser without scripts sees them: filled in, then submitted.
//!
//! Reads what our own templates write (attributes in double quotes), not any HTML.

use super::TestApp;
use super::http::Answer;

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it goes; empty for the page itself.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// What it would send, in order: hidden fields, what is filled in, what is chosen.
    pub fields: Vec<(String, String)>,
    /// The text of its first button.
    pub button: String,
}

impl Form {
    /// Types into a field that is there.
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(key, _)| key == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => panic!("no field {name} among {:?}", self.fields),
        }
        self
    }
}

impl Answer {
    /// The forms that act (`method="post"`), in order.
    pub fn forms(&self) -> Vec<Form> {
        let parts = self.body.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or(rest));
        parts.map(form).filter(|form| form.method == "post").collect()
    }

    /// The only form that acts.
    pub fn form(&self) -> Form {
        let mut forms = self.forms();
        assert_eq!(forms.len(), 1, "not one form: {forms:?}\n{}", self.body);
        forms.remove(0)
    }

    /// What a reader sees: no markup, white space folded; a place where a word may break is none.
    pub fn words(&self) -> String {
        let body = self.body.split_once("<body").map_or(self.body.as_str(), |(_, body)| body);
        let body = body.replace("<wbr>", "");
        let text = body.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect::<Vec<_>>();
        unescape(&text.join(" ")).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl TestApp {
    /// Submits a form of `page`, follows the redirect if there is one, and gives the page that comes.
    pub async fn submit(&self, page: &str, form: &Form) -> Answer {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let action = if form.action.is_empty() { page } else { &form.action };
        let answer = self.post_form(action, &fields).await;
        match answer.status {
            303 => {
                let next = answer.header("location").to_owned();
                self.get(&next).await
            }
            _ => answer,
        }
    }
}

fn form(html: &str) -> Form {
    let (head, inside) = html.split_once('>').expect("a form's tag ends");
    let mut fields = Vec::new();
    for tag in inside.split('<').skip(1) {
        let (attributes, text) = tag.split_once('>').unwrap_or((tag, ""));
        let name = attribute(attributes, "name").unwrap_or_default();
        let value = attribute(attributes, "value").unwrap_or_default();
        let off = attributes.contains(" disabled");
        if attributes.starts_with("input") && !name.is_empty() && !off {
            let kind = attribute(attributes, "type").unwrap_or_default();
            if !matches!(kind.as_str(), "checkbox" | "radio") || attributes.contains(" checked") {
                fields.push((name, value));
            }
        } else if attributes.starts_with("textarea") && !name.is_empty() {
            fields.push((name, unescape(text)));
        } else if attributes.starts_with("select") {
            fields.push((name, String::new()));
        } else if attributes.starts_with("option") {
            let choice = fields.last_mut().expect("a select around an option");
            if attributes.contains(" selected") || choice.1.is_empty() {
                choice.1 = value;
            }
        }
    }
    let button = inside.split_once("<button").and_then(|(_, rest)| rest.split_once('>')).map_or("", |(_, rest)| rest);
    let button = unescape(button.split("</button>").next().unwrap_or_default().split('<').next().unwrap_or_default());
    let method = attribute(head, "method").unwrap_or("get".into()).to_ascii_lowercase();
    Form { action: attribute(head, "action").unwrap_or_default(), method, fields, button: button.trim().to_owned() }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split('"').next()?))
}

/// The references that Askama's escaping and our templates write.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once(';').unwrap_or(("", part));
        match name {
            "amp" | "#38" => out.push('&'),
            "lt" | "#60" => out.push('<'),
            "gt" | "#62" => out.push('>'),
            "quot" | "#34" => out.push('"'),
            "#39" | "apos" => out.push('\''),
            "nbsp" => out.push('\u{a0}'),
            _ => {
                out.push('&');
                out.push_str(part);
                continue;
            }
        }
        out.push_str(rest);
    }
    out
}

#[test]
fn forms_are_read_as_a_browser_does() {
    let body = r#"<body><form action="/n/a?x=1&amp;y=2" method="post"><input type="hidden" name="t" value="a&#34;b">
        <input name="email" type="email"><input type="checkbox" name="no" value="1"><input type="checkbox" name="yes" value="1" checked>
        <select name="s"><option value="1">un<option value="2" selected>deux</select><button>S&#39;inscrire</button></form>"#;
    let answer = Answer { status: 200, headers: reqwest::header::HeaderMap::new(), body: body.into() };
    let form = answer.form().fill("email", "ana@example.org");
    assert_eq!((form.action.as_str(), form.button.as_str()), ("/n/a?x=1&y=2", "S'inscrire"));
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(fields, [("t", "a\"b"), ("email", "ana@example.org"), ("yes", "1"), ("s", "2")]);
    assert_eq!(answer.words(), "un deux S'inscrire");
}
