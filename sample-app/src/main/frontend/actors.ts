import type { Registry } from "rivetkit";

export interface Message {
  from: string;
  text: string;
  at: Date;
}

/** What RivetKit knows of actors that are written in TypeScript, said of those that are written in Java. */
export type Actors = Registry<{
  chatRoom: Actor<
    {
      history(): Message[];
      members(): string[];
      sendMessage(text: string): Message;
      typing(now: boolean): void;
    },
    { name: string }
  >;
  counter: Actor<{
    count(): number;
    increment(amount: number): number;
  }>;
}>;

interface Actor<Actions, Params = undefined> {
  config: {
    /** RivetKit expects actions that get a context first. */
    actions: { [A in keyof Actions]: Actions[A] extends (...args: infer Args) => infer R ? (context: never, ...args: Args) => R : never };
    /** Any event may be listened to. */
    events: {};
  };
  params: Params;
}
