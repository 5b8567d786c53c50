/** One scenario for each thing that the language is for. */
export const eightExamples = `use: ../examples/basics.ts#echo

== echo: every message comes back ==
  in   --a--b--|
  out  --a--b--|
  sub  ^-------!

== print each message and greet once ==
use: ../examples/basics.ts#printAndGreet
  in   --a--b--|
  out  h-------|
  log  --a--b---
  h = "Hello"

== discard input, send Hello, complete ==
use: ../examples/basics.ts#hello
  in   --a--b---
  out  (h|)-----
  sub  ---------
  h = "Hello"

== a room of three ==
use: ../examples/room.ts#room()
> Late comers see only what is said after they joined.
  ann.in   ^--h-----|
  ann.out  ---H--Y--|
  bob.in   -^----y---
  bob.out  ---H--Y---
  cyd.in   ----^-----
  cyd.out  ------Y---
  h = "hi"
  y = "yo"
  H = "1:hi"
  Y = "2:yo"

== slow consumer, oldest dropped ==
use: ../examples/feed.ts#feed
options: ../examples/feed.ts#keepTwo
> A count every 2 ms. g arrives in one column, so 6 can follow at once: a group "(45)" would hide it.
  peer  ---x---------r-----
  out   --0----------g6-e--
  drop  --------1-2-3------
  g = (4 5)
  e = (7 |)

== a silent peer is dropped ==
use: ../examples/basics.ts#echo
options: {"heartbeat":{"every":30000,"timeout":10000}}
tick: 1s
  time  -[29s]-[9s]--
  in    -------------
  wire  ------P----T-
  P = ping
  T = terminate

== no token, no socket ==
use: ../examples/secure.ts#secure
url: /chat
  in   --a--
  out  R----
  sub  -----
  R = reject 401 "token missing"

== client: back-off 1 s, 2 s, reset after success ==
use: ../examples/ticker.ts#client
tick: 1s
> dial: attempts asserted. net: what the network does. got: what the application sees. o = handshake accepted.
  dial  dd-d------d---
  net   ##-o-a-b-#o-c-
  got   -----a-b----c-
`;
