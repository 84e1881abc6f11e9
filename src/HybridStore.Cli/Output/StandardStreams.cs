using HybridStore.Native.Posix;

namespace HybridStore.Cli.Output;

/// <summary>The process' stdin, stdout and stderr, any of which may be closed, full or gone.</summary>
/// <remarks>
/// What is written to a stderr that does not take it is left out: there is nobody to tell. What stdout does not take is remembered, because
/// the report of a command that has changed the store must not undo or hide the change.
/// </remarks>
internal sealed class StandardStreams
{
    private static bool _isInputOpen = true;
    private static bool _isOutputOpen = true;

    private readonly FaultTolerantStream? _output;

    private StandardStreams(FaultTolerantStream? output) => _output = output;

    /// <summary>Why the report could not be written, or not all of it; null while it could.</summary>
    /// <remarks>A pipe whose reader has left is no failure.</remarks>
    internal string? OutputFailure => _output?.Failure;

    /// <summary>Makes the console use them; call it first.</summary>
    internal static StandardStreams Open()
    {
        (_isInputOpen, _isOutputOpen, var isErrorOpen) = StandardDescriptors.Reserve();
        if (!_isInputOpen) Console.SetIn(TextReader.Null);
        Console.SetError(Writer(new FaultTolerantStream(isErrorOpen ? Console.OpenStandardError() : null)));
        // A terminal's writer also keeps track of the cursor.
        if (_isOutputOpen && !Console.IsOutputRedirected) return new StandardStreams(null);
        var output = new FaultTolerantStream(_isOutputOpen ? Console.OpenStandardOutput() : null);
        Console.SetOut(Writer(output));
        return new StandardStreams(output);
    }

    /// <summary>Stdin as bytes; nothing when it is closed.</summary>
    internal static Stream OpenInput() => _isInputOpen ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>Throws when stdout is closed.</summary>
    /// <exception cref="StoreException">Environment: it is.</exception>
    internal static void RequireOutput()
    {
        if (!_isOutputOpen) throw OutputFailed(FaultTolerantStream.Closed);
    }

    /// <summary>What is thrown where the result is all that a command is for.</summary>
    internal static StoreException OutputFailed(string reason) =>
        new(StoreErrorKind.Environment, $"stdout: the result could not be written: {reason.TrimEnd('.')}.");

    private static StreamWriter Writer(Stream stream) => new(stream, Console.OutputEncoding, bufferSize: 256) { AutoFlush = true };
}
