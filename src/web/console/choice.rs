//! Pieces of the console's forms: a choice among several, a field with its label and what is wrong with it.

/// One of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Whether it is the one.
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: &(impl ToString + ?Sized), label: String, chosen: bool) -> Self {
        Self { value: value.to_string(), label, chosen }
    }
}

/// How a field is typed into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// An address of the web.
    Address,
    /// A few lines.
    Lines,
}

/// A field of a form (`templates/console/field.html`).
#[derive(Clone, Debug)]
pub struct Field {
    /// What the form calls it.
    pub name: &'static str,
    /// Its label, in words.
    pub label: String,
    /// A word of help; empty for none.
    pub help: String,
    /// What stands in it.
    pub value: String,
    /// How it is typed into.
    pub kind: Kind,
    /// Why what stands in it cannot stand.
    pub problem: Option<String>,
}

impl Field {
    /// What describes it, for `aria-describedby`; empty for nothing.
    pub fn described_by(&self) -> String {
        let problem = self.problem.is_some().then(|| format!("{}-problem", self.name));
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.name));
        problem.into_iter().chain(help).collect::<Vec<_>>().join(" ")
    }

    /// Whether it has several lines.
    pub fn is_long(&self) -> bool {
        self.kind == Kind::Lines
    }

    /// `type` of the input.
    pub fn input(&self) -> &'static str {
        if self.kind == Kind::Address { "url" } else { "text" }
    }
}
