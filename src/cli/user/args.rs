//! What `facteur user` may be told: its commands, and where a role holds.
//!
//! In: the words of a command line. Out: [`Args`] for [`super::run`].

use clap::Subcommand;

use crate::app::App;
use crate::cli::Context;
use crate::people::role::Role;

/// Arguments of `facteur user`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the link with which the first owner makes an account: good once, for 30 minutes.
    SetupLink,
    /// Add an account, and print the link with which its owner chooses a password: good once, for 7 days.
    Add(AddArgs),
    /// List the accounts.
    List,
    /// Set a password: typed twice without echo, or one line of standard input.
    Passwd {
        /// Address of the account.
        email: String,
    },
    /// Give a role, or take it away with `none`. What the person had open ends.
    Role {
        /// Address of the account.
        email: String,
        /// owner, editor, writer, viewer, or none.
        #[arg(value_parser = role_or_none, value_name = "ROLE")]
        role: RoleOrNone,
        #[command(flatten)]
        place: Place,
    },
    /// Keep somebody out: their sessions, tokens and links end at once.
    Disable {
        /// Address of the account.
        email: String,
    },
    /// Let somebody in again.
    Enable {
        /// Address of the account.
        email: String,
    },
    /// Take the second factor away, for who lost both the app and the recovery codes.
    #[command(name = "reset-2fa")]
    ResetSecondFactor {
        /// Address of the account.
        email: String,
    },
    /// List the passkeys that open an account.
    Passkeys {
        /// Address of the account.
        email: String,
    },
    /// Remove a passkey, for a device that was lost. The person's sessions end; their password stays.
    RemovePasskey {
        /// Address of the account.
        email: String,
        /// Its number, as `facteur user passkeys` lists it.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        number: Option<i64>,
        /// All of the account.
        #[arg(long)]
        all: bool,
    },
    /// Show to which accounts of a provider of log-ins (`[oidc]`) somebody's account is linked.
    Links {
        /// Address of the account.
        email: String,
    },
    /// End such a link, and the person's sessions. Who has no password keeps it.
    Unlink {
        /// Address of the account.
        email: String,
        /// The provider, where there are links with several.
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
    },
    /// Ask the provider of log-ins what it says of itself, and print what it must know.
    Provider,
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArgs {
    /// Address of the account.
    pub(super) email: String,
    /// Role: owner, editor, writer or viewer.
    #[arg(long)]
    pub(super) role: Role,
    #[command(flatten)]
    pub(super) place: Place,
    /// How the person is called.
    #[arg(long, default_value = "")]
    pub(super) name: String,
    /// Language of their console, such as fr; without it the language of this terminal.
    #[arg(long, value_name = "TAG")]
    pub(super) language: Option<String>,
    /// Send the link by mail instead of printing it.
    #[arg(long, conflicts_with = "password")]
    pub(super) letter: bool,
    /// Set a password now instead: typed twice without echo, or one line of standard input.
    #[arg(long)]
    pub(super) password: bool,
}

/// Where a role holds, and whether it may send.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The newsletter's short name (its slug); without it every newsletter, also those to come.
    #[arg(long, value_name = "SLUG")]
    newsletter: Option<String>,
    /// The person may have mails leave (the default of owners and editors).
    #[arg(long, conflicts_with = "no_send")]
    send: bool,
    /// The person may not (the default of writers and viewers).
    #[arg(long)]
    no_send: bool,
}

impl Place {
    pub(super) fn may_send(&self, role: Role) -> bool {
        self.send || (!self.no_send && matches!(role, Role::Owner | Role::Editor))
    }

    pub(super) async fn id(&self, app: &App, context: &Context) -> anyhow::Result<i64> {
        match &self.newsletter {
            None => Ok(0),
            Some(slug) => Ok(context.newsletter(app, slug).await?.id),
        }
    }
}

/// `None`: no role.
#[derive(Clone, Copy, Debug)]
pub(super) struct RoleOrNone(pub(super) Option<Role>);

fn role_or_none(text: &str) -> Result<RoleOrNone, String> {
    if text == "none" { Ok(RoleOrNone(None)) } else { text.parse().map(|role| RoleOrNone(Some(role))) }
}
