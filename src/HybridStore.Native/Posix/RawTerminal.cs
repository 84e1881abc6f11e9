using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Posix;

/// <summary>The terminal on stdin, giving every key as it is pressed while this lives.</summary>
/// <remarks>Not thread-safe. Echo, lines and signals of keys are off until <see cref="Dispose"/>. Source: termios(3), poll(2).</remarks>
public sealed unsafe partial class RawTerminal : IDisposable
{
    private const int Input = 0;
    private const int AfterOutput = 1;
    private const short Readable = 1;
    private const int Interrupted = 4;

    /// <summary>More than any system's struct termios has; only the C library reads what is in it.</summary>
    private const int StateBytes = 256;

    private readonly byte[] _before = new byte[StateBytes];
    private bool _isDisposed;

    private RawTerminal()
    {
    }

    /// <summary>Takes the terminal over.</summary>
    /// <exception cref="IOException">Stdin is no terminal.</exception>
    public static RawTerminal Open()
    {
        var terminal = new RawTerminal();
        var state = stackalloc byte[StateBytes];
        if (tcgetattr(Input, state) != 0) throw Failed("tcgetattr");
        new ReadOnlySpan<byte>(state, StateBytes).CopyTo(terminal._before);
        cfmakeraw(state);
        return tcsetattr(Input, AfterOutput, state) == 0 ? terminal : throw Failed("tcsetattr");
    }

    /// <summary>Waits for a key.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>Whether there is something to read, be it the end.</returns>
    /// <exception cref="IOException">The system refused.</exception>
    public static bool WaitForInput(TimeSpan limit)
    {
        var entry = new PollEntry { Descriptor = Input, Events = Readable };
        var count = poll(&entry, 1, (int)limit.TotalMilliseconds);
        if (count >= 0) return count > 0;
        return Marshal.GetLastPInvokeError() == Interrupted ? false : throw Failed("poll");
    }

    /// <summary>Reads what was typed; waits when there is nothing yet.</summary>
    /// <param name="buffer">Gets the bytes.</param>
    /// <returns>How many; 0 when the terminal is gone.</returns>
    public static int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                var count = read(Input, bytes, buffer.Length);
                if (count >= 0) return (int)count;
                // A terminal whose other end went away answers with an error instead of an end.
                if (Marshal.GetLastPInvokeError() != Interrupted) return 0;
            }
        }
    }

    /// <summary>Leaves the terminal as it was before.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        fixed (byte* state = _before) _ = tcsetattr(Input, AfterOutput, state);
    }

    private static IOException Failed(string operation)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"The terminal: {operation} failed: {new Win32Exception(error).Message}.", error);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int descriptor, byte* state);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int descriptor, int when, byte* state);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* state);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nint count);
}
