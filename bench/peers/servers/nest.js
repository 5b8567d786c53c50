import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';

/** Gateways as the Nest manual has them; decorators are called by hand, because this is JavaScript. */
class Echo {
  onMessage(_client, data) {
    return { event: 'message', data };
  }
}

class Room {
  onMessage(_client, data) {
    const text = JSON.stringify({ event: 'message', data });
    for (const client of this.server.clients) if (client.readyState === client.OPEN) client.send(text);
  }
}
WebSocketServer()(Room.prototype, 'server');

const roles = { echo: Echo, room: Room };

export const serve = async ({ role }) => {
  const gateway = roles[role];
  const descriptor = Object.getOwnPropertyDescriptor(gateway.prototype, 'onMessage');
  SubscribeMessage('message')(gateway.prototype, 'onMessage', descriptor);
  WebSocketGateway()(gateway);
  class App {}
  Module({ providers: [gateway] })(App);
  const app = await NestFactory.create(App, { logger: ['error', 'warn'] });
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.listen(0, '127.0.0.1');
  return { place: { port: app.getHttpServer().address().port } };
};
