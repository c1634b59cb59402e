//! `POST /events/ticket`, `GET /events`: see [`adapter_api::events`].

use std::time::Duration;

use adapter_api::{
    Code, Secret,
    calling_colleagues::Availability,
    events::{CLOSED_BY_END, Event, Ticket},
};
use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::session::{End, Session};
use jiff::SignedDuration;
use store::CallingVersion;
use tokio::{
    sync::{broadcast, watch},
    time::timeout,
};

use super::{
    extract::{SignedIn, single},
    refusal::{Refusal, code_of_end},
};
use crate::{
    app::{App, CallNews},
    clock,
    hub::News,
    random,
};

pub async fn ticket(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Ticket>, Refusal> {
    let ticket = oauth::base64url::encode(random::bytes::<32>());
    let mut unit = app.store.begin().await?;
    let expires_at = clock::now() + TICKET_LIFETIME;
    unit.insert_ticket(&app.keys.ticket_mac(&ticket), signed_in.session.id, expires_at).await?;
    unit.commit().await?;
    Ok(axum::Json(Ticket { ticket: Secret(ticket) }))
}

pub async fn socket(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    // A WebSocket knows no same-origin policy, so the server looks (RFC 6455 §10.2).
    if single(&headers, header::ORIGIN.as_str()) != Some(app.public_url.as_str()) {
        return Refusal::new(StatusCode::FORBIDDEN, Code::RequestOrigin).into_response();
    }
    // A panel says one ticket and single words; the usual buffer would be 128 KiB for each socket.
    let upgrade = upgrade.read_buffer_size(MOST_BYTES).write_buffer_size(0);
    let upgrade = upgrade.max_message_size(MOST_BYTES).max_frame_size(MOST_BYTES);
    upgrade.on_upgrade(move |mut socket| async move {
        // Whatever went wrong, the other side is told by the close, and opens another.
        if let Some(end) = attend(&app, &mut socket).await {
            close(&mut socket, end).await;
        }
    })
}

/// The reason to close with, or nothing where the other side has gone.
async fn attend(app: &App, socket: &mut WebSocket) -> Option<End> {
    let session = admitted(app, socket).await?;
    // Listen first and look then, so that nothing falls between.
    let mut news = app.hub.listen(session.id);
    let mut calls = app.call_news.subscribe();
    let mut unit = app.store.read().await.ok()?;
    let session = unit.session(session.id).await.ok()??;
    // The phone asks for its account after the word that the ticket was good, so what was before is no news.
    let asked = unit.calling_version(&session.agent).await.ok()?;
    drop(unit);
    if let Some(end) = session.ended {
        return Some(end);
    }
    send(socket, &Event::Ready).await?;
    let end = listen(app, socket, &session, asked, (&mut news, &mut calls)).await;
    app.hub.gone(session.id, clock::now());
    end
}

/// The first frame is the ticket, as text, within five seconds.
async fn admitted(app: &App, socket: &mut WebSocket) -> Option<Session> {
    let Ok(Some(Ok(Message::Text(ticket)))) = timeout(FIRST_FRAME, socket.recv()).await else {
        return None;
    };
    let mut unit = app.store.begin().await.ok()?;
    let id = unit.consume_ticket(&app.keys.ticket_mac(&ticket), clock::now()).await.ok()??;
    let session = unit.session(id).await.ok()??;
    unit.commit().await.ok()?;
    Some(session)
}

async fn listen(
    app: &App,
    socket: &mut WebSocket,
    session: &Session,
    mut asked: CallingVersion,
    (news, calls): (&mut watch::Receiver<News>, &mut broadcast::Receiver<CallNews>),
) -> Option<End> {
    let mut ping = tokio::time::interval(PING);
    loop {
        tokio::select! {
            heard = news.changed() => {
                heard.ok()?;
                let News { end, calling_version } = *news.borrow_and_update();
                if end.is_some() {
                    return end;
                }
                if calling_version > asked {
                    asked = calling_version;
                    send(socket, &Event::CallingChanged).await?;
                }
            }
            // Whoever misses some of it sees the records when they are next opened.
            told = calls.recv() => {
                let Ok(CallNews { agent, event }) = told else { continue };
                if agent == session.agent {
                    send(socket, &event).await?;
                }
            }
            frame = socket.recv() => match frame {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(Message::Text(word))) => {
                    if let Some(availability) = Availability::parse(&word) {
                        app.hub.says(session.id, &session.agent, availability);
                    }
                }
                Some(Ok(_)) => {}
            },
            _ = ping.tick() => {
                if session.ends_at <= clock::now() {
                    return None;
                }
                socket.send(Message::Ping(Vec::new().into())).await.ok()?;
            }
            () = app.stopped() => return None,
        }
    }
}

async fn close(socket: &mut WebSocket, end: End) {
    // The panel that switched holds the new session already, or is about to.
    if end == End::Replaced {
        return;
    }
    if send(socket, &Event::SessionEnded { code: code_of_end(end) }).await.is_some() {
        let frame = CloseFrame { code: CLOSED_BY_END, reason: "session.ended".into() };
        let _ = socket.send(Message::Close(Some(frame))).await;
    }
}

async fn send(socket: &mut WebSocket, event: &Event) -> Option<()> {
    let json = serde_json::to_string(event).ok()?;
    socket.send(Message::Text(json.into())).await.ok()
}

const TICKET_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
const FIRST_FRAME: Duration = Duration::from_secs(5);
const PING: Duration = Duration::from_secs(30);
const MOST_BYTES: usize = 1024;
