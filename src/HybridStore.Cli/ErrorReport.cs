using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Cli;

/// <summary>Turns whatever ended a command into one sentence on stderr and an exit code.</summary>
internal static class ErrorReport
{
    private const int DiskFullError = 28;

    /// <summary>Reports an exception that no command handled.</summary>
    /// <returns>The exit code.</returns>
    internal static int Write(Exception exception, TextWriter error)
    {
        var (code, message) = Explain(exception);
        error.WriteLine($"hybrid: {message}");
        return code;
    }

    /// <summary>The exit code and the sentence for an exception.</summary>
    internal static (int Code, string Message) Explain(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        OperationCanceledException => (ExitCode.Cancelled, "Cancelled; the store is as it was before the last commit."),
        StoreException store => (ExitCode.Of(store.Kind), store.Message),
        DuckDbException { Kind: DuckDBErrorType.OutOfMemory } duck => (ExitCode.Environment, $"Out of memory: {duck.Message} Give more with --memory."),
        DuckDbException duck when IsDiskFull(duck.Message) => (ExitCode.Environment, $"The disk is full: {duck.Message} The store is as it was; make room and run the command again."),
        IOException io when io.HResult == DiskFullError || IsDiskFull(io.Message) => (ExitCode.Environment, $"The disk is full: {io.Message} The store is as it was; make room and run the command again."),
        IOException or UnauthorizedAccessException => (ExitCode.Environment, exception.Message),
        DllNotFoundException => (ExitCode.Environment, exception.Message),
        _ => (ExitCode.Bug, $"This is a bug in hybrid; the store is as it was. Please report it with what follows.\n{exception}"),
    };

    private static bool IsDiskFull(string message) => message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase);
}
