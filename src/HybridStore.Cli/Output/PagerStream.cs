using System.Diagnostics;

namespace HybridStore.Cli.Output;

/// <summary>Stdout for a result that may be longer than the screen: as soon as it is, it goes through the user's pager.</summary>
/// <remarks>Not thread-safe. Writing throws an <see cref="IOException"/> when the pager was left early, as a broken pipe does.</remarks>
internal sealed class PagerStream : Stream
{
    private readonly MemoryStream _held = new();
    private readonly string _pager;
    private readonly int _linesMax;
    private Process? _process;
    private int _lines;

    /// <param name="pager">The command, for a shell.</param>
    /// <param name="linesMax">Lines that the screen has room for.</param>
    internal PagerStream(string pager, int linesMax) => (_pager, _linesMax) = (pager, linesMax);

    /// <summary>Whether the pager has it.</summary>
    internal bool IsPaging => _process is not null;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The user's pager.</summary>
    /// <param name="environment">A variable's value, or null.</param>
    /// <returns>Null when none is set: <c>HYBRID_PAGER</c>, which may be empty to say so, else <c>PAGER</c>.</returns>
    internal static string? Command(Func<string, string?> environment) =>
        (environment("HYBRID_PAGER") ?? environment("PAGER")) is { } pager && !string.IsNullOrWhiteSpace(pager) ? pager : null;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_process is null)
        {
            _held.Write(buffer);
            _lines += buffer.Count((byte)'\n');
            if (_lines > _linesMax) Start();
            return;
        }

        _process.StandardInput.BaseStream.Write(buffer);
    }

    public override void Flush() => _process?.StandardInput.BaseStream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        if (_process is null)
        {
            using var output = Console.OpenStandardOutput();
            output.Write(_held.GetBuffer().AsSpan(0, (int)_held.Length));
        }
        else
        {
            try
            {
                _process.StandardInput.Dispose();
            }
            catch (IOException)
            {
                // The pager was left before it had read everything.
            }

            // Ctrl-C is the pager's while it is there.
            _process.WaitForExit();
            _process.Dispose();
            _process = null;
        }

        _held.Dispose();
        base.Dispose(disposing);
    }

    private void Start()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", _pager]) { RedirectStandardInput = true };
        // As git does: leave at once what fits, keep colours, do not clear the screen; and do not fold wide tables.
        start.Environment.TryAdd("LESS", "FRSX");
        _process = Process.Start(start)!;
        _process.StandardInput.BaseStream.Write(_held.GetBuffer().AsSpan(0, (int)_held.Length));
    }
}
