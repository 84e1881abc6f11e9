using System.Net;
using System.Net.Sockets;

namespace HybridStore.Tests.Support;

/// <summary>
/// Stands between a client and a Postgres server, counts what the client asks for, and lets a test do something at any of those steps: whoever
/// dies then, dies between two statements that are known.
/// </summary>
internal sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int> _serverPort;
    private readonly List<PostgresLink> _links = [];
    private readonly List<string> _steps = [];
    private readonly Task _accepting;

    /// <summary>Starts to listen.</summary>
    /// <param name="serverPort">The server's port on 127.0.0.1, asked at each new connection.</param>
    internal PostgresProxy(Func<int> serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Called before a step goes on to the server.</summary>
    internal Func<PostgresStep, Task>? Before { get; init; }

    /// <summary>Called when the server has carried out a step and the client does not know yet; only for the steps that <see cref="WantsAfter"/> names.</summary>
    internal Func<PostgresStep, Task>? After { get; init; }

    internal Func<PostgresStep, bool> WantsAfter { get; init; } = _ => false;

    /// <summary>What was asked so far, in the order in which it came.</summary>
    internal IReadOnlyList<string> Steps
    {
        get
        {
            lock (_steps) return [.. _steps];
        }
    }

    internal PostgresStep Count(string text, PostgresLink link)
    {
        lock (_steps)
        {
            _steps.Add(text);
            return new PostgresStep(_steps.Count - 1, text, link);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        PostgresLink[] links;
        lock (_links) links = [.. _links];
        foreach (var link in links) link.Dispose();
        foreach (var link in links) await link.Ended;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            client.NoDelay = true;
            lock (_links) _links.Add(new PostgresLink(this, client, _serverPort()));
        }
    }
}
