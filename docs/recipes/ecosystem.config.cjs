// pm2 start ecosystem.config.cjs
module.exports = {
  apps: [
    {
      name: 'app-with-jobs',
      script: 'server.js',
      // Each has its own port, by increment_var: one leads, one stands by.
      instances: 2,
      exec_mode: 'fork',
      increment_var: 'PORT',
      env: { PORT: 8080 },
      // process.send('ready') comes after the start.
      wait_ready: true,
      listen_timeout: 20000,
      // PM2 sends SIGINT; 20 s for open runs, 5 s for the store, and a rest.
      kill_timeout: 30000,
    },
  ],
}
