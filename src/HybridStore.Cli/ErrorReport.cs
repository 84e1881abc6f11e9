using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

namespace HybridStore.Cli;

/// <summary>Turns whatever ended a command into one sentence on stderr and an exit code.</summary>
internal static class ErrorReport
{
    private const string StoreIsWhole = "The store is as it was before the last commit.";

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
        _ when FindSystemFailure(exception) is { } message => (ExitCode.Environment, message),
        DuckDbException { Kind: DuckDBErrorType.Io } => (ExitCode.Environment, $"{Sentence(exception)} {StoreIsWhole}"),
        IOException or UnauthorizedAccessException => (ExitCode.Environment, exception.Message),
        DllNotFoundException => (ExitCode.Environment, exception.Message),
        _ => (ExitCode.Bug, $"This is a bug in hybrid; the store is as it was. Please report it with what follows.\n{exception}"),
    };

    /// <summary>What the system refused, wherever it stands among the causes.</summary>
    private static string? FindSystemFailure(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            var isFullDisk = SystemFailure.IsFullDisk(cause.Message);
            if (!isFullDisk && !SystemFailure.IsTooManyFiles(cause.Message)) continue;
            return $"{(isFullDisk ? "The disk is full: " : "")}{Sentence(cause)} {StoreIsWhole} {SystemFailure.Advice(cause.Message)}";
        }

        return null;
    }

    private static string Sentence(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('.') + ".";
}
