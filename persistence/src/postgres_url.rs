//! URLs of PostgreSQL: which server they name, and whether the connection uses TLS.

use std::collections::BTreeMap;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// The options of the URL that concern TLS. All others that begin with `ssl` are refused.
const TLS_OPTIONS: [&str; 4] = ["sslmode", "sslrootcert", "sslcert", "sslkey"];

/// A `postgres://` URL, taken apart into libpq's options.
#[derive(Clone)]
pub struct PostgresUrl {
    options: BTreeMap<String, String>,
}

/// A server that is reached by TLS, and what proves its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsServer {
    /// The name that the server's certificate must contain.
    pub(crate) name: String,
    /// The host to connect to: the name, unless the URL has `hostaddr`.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The file of accepted certificate authorities; `None` for those of the system.
    pub(crate) authorities: Option<PathBuf>,
    /// The files of the client's certificate and key.
    pub(crate) client: Option<(PathBuf, PathBuf)>,
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|_error| "the URL is not UTF-8".to_owned())
}

impl PostgresUrl {
    /// Takes a URL apart. Fails if its TLS options are not supported, so that no connection is less
    /// secure than its URL says. Error messages never contain the password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
        let rest = rest.ok_or("must start with postgres://")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, server) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user.split_once(':').unwrap_or((user, ""));
        let (host, port) = match server.strip_prefix('[').and_then(|server| server.split_once(']')) {
            Some((address, port)) => (address, port.strip_prefix(':').unwrap_or_default()),
            None => server.split_once(':').unwrap_or((server, "")),
        };
        let mut options = BTreeMap::new();
        for (name, value) in
            [("user", user), ("password", password), ("host", host), ("port", port), ("dbname", database)]
        {
            if !value.is_empty() {
                options.insert(name.to_owned(), decoded(value)?);
            }
        }
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            options.insert(decoded(name)?, decoded(value)?);
        }
        let url = Self { options };
        url.tls()?;
        Ok(url)
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The host to connect to.
    fn host(&self) -> Option<&str> {
        self.option("hostaddr").or_else(|| self.option("host"))
    }

    /// Whether the connection stays on this machine: a Unix socket or a loopback address.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.host().is_some_and(|host| {
            host.split(',').all(|host| {
                host.starts_with(['/', '@'])
                    || host == "localhost"
                    || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            })
        })
    }

    /// Whether the connection uses TLS and verifies the server.
    #[must_use]
    pub fn verifies_server(&self) -> bool {
        self.option("sslmode") == Some("verify-full")
    }

    /// The server, if the URL asks for TLS.
    pub(crate) fn tls(&self) -> Result<Option<TlsServer>, String> {
        let unknown =
            self.options.keys().find(|name| name.starts_with("ssl") && !TLS_OPTIONS.contains(&name.as_str()));
        if let Some(name) = unknown {
            return Err(format!("{name}: not supported; use {}", TLS_OPTIONS.join(", ")));
        }
        if !self.verifies_server() {
            return match self.option("sslmode") {
                None | Some("disable") => Ok(None),
                Some(_) => Err("sslmode: must be verify-full or disable".to_owned()),
            };
        }
        let name = self.option("host").ok_or("sslmode=verify-full: the URL must name the host")?;
        let host = self.host().unwrap_or(name);
        if [name, host].iter().any(|host| host.starts_with(['/', '@']) || host.contains(',')) {
            return Err("sslmode=verify-full: the URL must name one host".to_owned());
        }
        let port = self.option("port").unwrap_or("5432").parse();
        let client = match (self.option("sslcert"), self.option("sslkey")) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            _ => return Err("sslcert and sslkey: give both or neither".to_owned()),
        };
        Ok(Some(TlsServer {
            name: name.to_owned(),
            host: host.to_owned(),
            port: port.map_err(|_error| "port: expected a number up to 65535".to_owned())?,
            authorities: self.option("sslrootcert").filter(|path| *path != "system").map(PathBuf::from),
            client,
        }))
    }

    /// The options for libpq, which then connects without TLS to the Unix socket in this folder.
    pub(crate) fn through(&self, folder: &str, port: u16) -> String {
        let mut options = self.options.clone();
        options.retain(|name, _| !name.starts_with("ssl"));
        // Empty values keep libpq from reading the environment.
        for (name, value) in
            [("host", folder), ("port", &port.to_string()), ("hostaddr", ""), ("sslmode", "disable")]
        {
            options.insert(name.to_owned(), value.to_owned());
        }
        let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
        let pairs = options.iter().map(|(name, value)| format!("{name}='{}'", quoted(value)));
        pairs.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> PostgresUrl {
        PostgresUrl::parse(text).unwrap()
    }

    #[test]
    fn unix_sockets_and_loopback_addresses_stay_on_this_machine() {
        for local in [
            "postgres://portal@localhost/portal",
            "postgres://portal@127.0.0.1:5433/portal",
            "postgres://portal@127.1.2.3/portal",
            "postgresql://portal:secret@[::1]:5433/portal",
            "postgres://%2Fvar%2Frun%2Fpostgresql/portal",
            "postgres:///portal?host=/var/run/postgresql",
            "postgres://portal@localhost,127.0.0.1/portal",
        ] {
            assert!(url(local).is_local(), "{local}");
        }
        for remote in [
            "postgres://portal@db.internal/portal",
            "postgres://portal@10.0.0.1/portal",
            "postgres://portal@[2001:db8::1]/portal",
            "postgres://portal@localhost.example.org/portal",
            "postgres://portal@localhost,db.internal/portal",
            "postgres://portal@localhost/portal?hostaddr=10.0.0.1",
            "postgres://portal@localhost/portal?host=db.internal",
            "postgres://db.internal?user=portal",
            // libpq would take the host from the environment.
            "postgres:///portal",
        ] {
            assert!(!url(remote).is_local(), "{remote}");
        }
    }

    #[test]
    fn only_verified_tls_and_no_tls_can_be_chosen() {
        let refused = |text: &str| PostgresUrl::parse(text).err().unwrap();
        for mode in ["allow", "prefer", "require", "verify-ca", "Verify-Full"] {
            let refused = refused(&format!("postgres://db/portal?sslmode={mode}"));
            assert_eq!(refused, "sslmode: must be verify-full or disable", "{mode}");
        }
        for option in ["ssl=true", "sslcrl=file", "sslnegotiation=direct"] {
            assert!(refused(&format!("postgres://db/portal?{option}")).contains("not supported"), "{option}");
        }
        for text in [
            "postgres:///portal?sslmode=verify-full",
            "postgres://a,b/portal?sslmode=verify-full",
            "postgres://%2Ftmp/portal?sslmode=verify-full",
            "postgres://db:many/portal?sslmode=verify-full",
            "postgres://db/portal?sslmode=verify-full&sslcert=client.crt",
        ] {
            let _ = refused(text);
        }
        assert_eq!(url("postgres://db/portal").tls(), Ok(None));
        assert_eq!(url("postgres://db/portal?sslmode=disable").tls(), Ok(None));
    }

    #[test]
    fn the_server_is_verified_by_its_name_and_reached_at_its_address() {
        let server = url("postgres://portal:p%40ss@db.internal:5433/portal?sslmode=verify-full\
             &hostaddr=10.0.0.1&sslrootcert=/etc/ca.pem");
        let server = server.tls().unwrap().unwrap();
        assert_eq!(
            (server.name.as_str(), server.host.as_str(), server.port),
            ("db.internal", "10.0.0.1", 5433)
        );
        assert_eq!(server.authorities, Some(PathBuf::from("/etc/ca.pem")));
        let system =
            url("postgres://db/portal?sslmode=verify-full&sslrootcert=system").tls().unwrap().unwrap();
        assert_eq!((system.host.as_str(), system.port, system.authorities), ("db", 5432, None));
    }

    #[test]
    fn every_other_option_reaches_libpq_as_written() {
        let url = url("postgres://portal:it's%20a%20%5C@db:5433/portal?sslmode=verify-full\
             &application_name=portal&sslrootcert=ca.pem");
        assert_eq!(
            url.through("/tmp/x", 5432),
            r"application_name='portal' dbname='portal' host='/tmp/x' hostaddr='' password='it\'s a \\' port='5432' sslmode='disable' user='portal'"
        );
    }
}
