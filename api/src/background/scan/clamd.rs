//! The scanner: a ClamAV daemon (`clamd`), asked with its `INSTREAM` command.

use std::time::Duration;

use portal_domain::applications::document_scan::finding_name;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::portal::settings::ScannerAddress;

/// Bytes sent at a time.
const SLICE: usize = 64 * 1024;
/// The maximum length of an answer. Longer ones are cut off.
const MAX_ANSWER: u64 = 1024;

/// What the scanner answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It found nothing.
    Clean,
    /// It found this.
    Infected(String),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanFailure {
    /// The scanner cannot be reached, or broke off.
    Unreachable(String),
    /// The time limit passed.
    TimedOut,
    /// The scanner refused this file, for example because of its size.
    Refused(String),
}

impl std::fmt::Display for ScanFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "the scanner cannot be reached: {error}"),
            Self::TimedOut => f.write_str("the scanner did not answer in time"),
            Self::Refused(answer) => write!(f, "the scanner refused the document: {answer}"),
        }
    }
}

/// Scans a file. Fails if that takes longer than `patience` in total.
pub async fn scan(address: &ScannerAddress, patience: Duration, file: &[u8]) -> Result<Answer, ScanFailure> {
    let asked = async {
        match address {
            ScannerAddress::Tcp(host) => ask(TcpStream::connect(host).await, file).await,
            #[cfg(unix)]
            ScannerAddress::Socket(path) => ask(tokio::net::UnixStream::connect(path).await, file).await,
        }
    };
    let answer = tokio::time::timeout(patience, asked).await.map_err(|_elapsed| ScanFailure::TimedOut)?;
    understood(&answer.map_err(|error| ScanFailure::Unreachable(error.to_string()))?)
}

/// Sends the file and returns the answer. The scanner can answer, for example to refuse the size,
/// before it has read everything. Its answer then explains why the rest could not be sent.
async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    connected: std::io::Result<S>,
    file: &[u8],
) -> std::io::Result<String> {
    let mut stream = connected?;
    let sent = send(&mut stream, file).await;
    let mut answer = Vec::new();
    let read = stream.take(MAX_ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent.and(read)?;
        return Err(std::io::Error::other("it closed the connection without an answer"));
    }
    Ok(String::from_utf8_lossy(&answer).trim_matches(['\0', '\n', ' ']).to_owned())
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, file: &[u8]) -> std::io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for slice in file.chunks(SLICE) {
        let length = u32::try_from(slice.len()).map_err(std::io::Error::other)?;
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(slice).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await?;
    stream.flush().await
}

/// Parses `stream: OK`, `stream: NAME FOUND`, or an error. Whatever else it says is not "clean".
fn understood(answer: &str) -> Result<Answer, ScanFailure> {
    if answer == "stream: OK" {
        return Ok(Answer::Clean);
    }
    match answer.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND")) {
        Some(name) => Ok(Answer::Infected(finding_name(name))),
        None => Err(ScanFailure::Refused(answer.chars().filter(|c| !c.is_control()).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_answer_ok_means_clean() {
        assert_eq!(understood("stream: OK"), Ok(Answer::Clean));
        let infected = understood("stream: Win.Test.EICAR_HDB-1 FOUND");
        assert_eq!(infected, Ok(Answer::Infected("Win.Test.EICAR_HDB-1".into())));
        for answer in
            ["", "OK", "stream: OK?", "stream: ok", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND"]
        {
            assert_eq!(understood(answer), Err(ScanFailure::Refused(answer.into())), "{answer}");
        }
    }
}
