//! What a key of the configuration must hold instead of what it holds: codes, whose words stand in `locales/`.
//!
//! In: nothing. Out: [`Kind`], the type of a value, and [`Expected`], what a text must be. Met by [`super::check`], [`super::load`] and
//! [`super::postgres`], and told as a part of [`super::wrong::Wrong`].

use crate::coded::codes;

codes! {
    /// The type of a value.
    pub enum Kind as "config-kind" {
        /// `"…"`
        Text => "text",
        /// `42`
        Number => "number",
        /// `4.2`
        Fraction => "fraction",
        /// `true`
        Flag => "flag",
        /// `["…"]`
        List => "list",
        /// `[1]`
        OtherList => "other-list",
        /// A date.
        Date => "date",
        /// `[[…]]`
        Sections => "sections",
        /// Anything else.
        Other => "other",
    }
}

codes! {
    /// What a text must be. Holds no secret.
    pub enum Expected as "config-expected" {
        /// Something like the address of a host.
        WebAddress {
            /// What the parser says, English.
            error: String,
        } => "web-address",
        /// http or https, and a host.
        WebScheme => "web-scheme",
        /// Nothing but a host.
        WebParts => "web-parts",
        /// No path.
        WebPath => "web-path",
        /// An address and a port.
        Listen => "listen",
        /// A database that lasts.
        Memory => "memory",
        /// A database.
        Database => "database",
        /// A host.
        Host => "host",
        /// A mailbox.
        Mailbox => "mailbox",
        /// An address with a place for the code of bounces.
        BounceAddress => "bounce-address",
        /// The same, with something that ends the name before the code.
        BounceAddressMark => "bounce-address-mark",
        /// The same, with nothing behind the code.
        BounceAddressEnd => "bounce-address-end",
        /// The same, shorter.
        BounceAddressLong {
            /// Characters that may stand before the code.
            most: usize,
        } => "bounce-address-long",
        /// A socket's whole path.
        Socket => "socket",
        /// A folder of a mailbox.
        Folder => "folder",
        /// A resolver.
        NameServer => "name-server",
        /// The secret of a web hook's address.
        HookSecret => "hook-secret",
        /// A user and a password.
        HookLogin => "hook-login",
        /// A topic of Amazon SNS.
        HookTopic => "hook-topic",
        /// The key of a web hook.
        HookKey => "hook-key",
        /// That of Postal.
        HookKeyPostal => "hook-key-postal",
        /// That of SendGrid.
        HookKeySendgrid => "hook-key-sendgrid",
        /// That of Resend.
        HookKeyResend => "hook-key-resend",
        /// The address of a provider of log-ins.
        Issuer => "issuer",
        /// A scope of such a provider.
        Scope => "scope",
        /// A sender.
        Sender => "sender",
        /// A time zone.
        Zone => "zone",
        /// A network.
        Network => "network",
        /// A filter of the log.
        LogFilter => "log-filter",
        /// A PostgreSQL server.
        Server => "server",
        /// Characters of a user name or password written so that they do not end it.
        Encode => "encode",
        /// A PostgreSQL server, see [`Self::Encode`].
        ServerEncode => "server-encode",
        /// A port.
        Port => "port",
        /// A port, see [`Self::Encode`].
        PortEncode => "port-encode",
        /// Seconds.
        ConnectTimeout => "connect-timeout",
        /// A mode of TLS.
        SslMode {
            /// Those there are.
            modes: String,
        } => "ssl-mode",
        /// An address.
        HostAddress => "host-address",
        /// A number.
        Cache => "cache",
        /// As many hosts as ports.
        OneHost => "one-host",
        /// One port for all, or one for each.
        HostsPorts {
            /// So many hosts.
            hosts: usize,
            /// So many ports.
            ports: usize,
        } => "hosts-ports",
        /// A server that takes writes.
        Session => "session",
    }
}
