using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HybridStore.Tests.Support;

/// <summary>One connection through a <see cref="PostgresProxy"/>.</summary>
/// <remarks>Source: PostgreSQL manual, "Frontend/Backend Protocol", "Message Formats".</remarks>
internal sealed class PostgresLink : IDisposable
{
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;
    private const int CancelRequest = 80877102;
    private readonly PostgresProxy _proxy;
    private readonly Socket _client;
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private PostgresStep? _muted;

    internal PostgresLink(PostgresProxy proxy, Socket client, int serverPort)
    {
        _proxy = proxy;
        _client = client;
        Ended = RunAsync(serverPort);
    }

    /// <summary>The process that serves this connection.</summary>
    internal int BackendProcessId { get; private set; }

    internal Task Ended { get; }

    /// <summary>Cuts the connection, both ways.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private async Task RunAsync(int serverPort)
    {
        try
        {
            await _server.ConnectAsync(IPAddress.Loopback, serverPort);
            await Task.WhenAny(FromClientAsync(), FromServerAsync());
        }
        catch (SocketException)
        {
            // The server is gone: so is the client's connection.
        }

        Dispose();
    }

    private async Task FromClientAsync()
    {
        await using var client = new NetworkStream(_client);
        try
        {
            if (!await BeginAsync(client)) return;
            var isCopying = false;
            while (true)
            {
                var message = await ReadAsync(client);
                var text = (char)message[0] switch
                {
                    'Q' => TextAt(message, 5),
                    'P' => TextAt(message, Array.IndexOf(message, (byte)0, 5) + 1),
                    'd' when !isCopying => "rows of a COPY",
                    'c' => "end of a COPY",
                    'f' => "failure of a COPY",
                    _ => null,
                };
                isCopying = message[0] == 'd';
                if (text is not null) await PassStepAsync(_proxy.Count(text, this));
                await _server.SendAsync(message);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Cut, or ended by one side.
        }
    }

    private async Task PassStepAsync(PostgresStep step)
    {
        if (_proxy.Before is not null) await _proxy.Before(step);
        if (_proxy.WantsAfter(step)) Volatile.Write(ref _muted, step);
    }

    private async Task FromServerAsync()
    {
        await using var server = new NetworkStream(_server);
        try
        {
            while (true)
            {
                var message = await ReadAsync(server);
                if (message[0] == 'K') BackendProcessId = BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(5));
                if (Volatile.Read(ref _muted) is { } step)
                {
                    if (message[0] is (byte)'Z' or (byte)'G') await _proxy.After!(step);
                    continue;
                }

                await _client.SendAsync(message);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Cut, or ended by one side.
        }
    }

    /// <summary>Passes what comes before the first message; encryption is declined.</summary>
    /// <returns>False when there will be no message.</returns>
    private async Task<bool> BeginAsync(NetworkStream client)
    {
        while (true)
        {
            var head = new byte[8];
            await client.ReadExactlyAsync(head);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - head.Length];
            await client.ReadExactlyAsync(body);
            var kind = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
            if (kind is SslRequest or GssRequest)
            {
                await _client.SendAsync("N"u8.ToArray());
                continue;
            }

            await _server.SendAsync((byte[])[.. head, .. body]);
            return kind != CancelRequest;
        }
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head);
        var message = new byte[1 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        head.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(head.Length));
        return message;
    }

    private static string TextAt(byte[] message, int from) => Encoding.UTF8.GetString(message, from, Array.IndexOf(message, (byte)0, from) - from);
}
