import { createClient } from "./vendor/rivetkit-client.js";

// its devtools would come from a server of RivetKit's
export const client = createClient({ endpoint: new URL("api/rivet", document.baseURI).href, devtools: false });

/**
 * Keeps a connection to an actor open. The client opens a lost one again, but gives up if that is refused, as it is while
 * the server restarts.
 */
export function stayConnected(handle, { events, whenStatus, whenConnected }) {
  let connection, waiting, closed, pause;
  const connect = () => {
    const opened = handle.connect();
    const connectAgain = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        connect();
        opened.dispose();
      }, pause);
      pause = Math.min(2 * pause, 5000);
    };
    connection = opened;
    for (const [event, listener] of Object.entries(events)) {
      opened.on(event, listener);
    }
    opened.onStatusChange(async (status) => {
      if (closed || connection !== opened) {
        return;
      }
      whenStatus(status);
      if (status === "idle") {
        connectAgain();
      } else if (status === "connected") {
        // after the client has subscribed to the events, so that none is missed between
        await null;
        try {
          await whenConnected(opened);
          clearTimeout(waiting);
          pause = 1000;
        } catch (error) {
          if (!closed && opened.isConnected) {
            complain(error.message);
            connectAgain();
          }
        }
      }
    });
  };
  pause = 1000;
  connect();
  return {
    actor: () => connection,
    close() {
      closed = true;
      clearTimeout(waiting);
      connection.dispose();
    },
  };
}

export const $ = (id) => document.getElementById(id);

export function element(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

let complaint;
export function complain(message) {
  clearTimeout(complaint);
  $("problem").textContent = message;
  $("problem").hidden = false;
  complaint = setTimeout(() => ($("problem").hidden = true), 5000);
}
