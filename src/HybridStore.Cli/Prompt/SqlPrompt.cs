using System.Globalization;
using HybridStore.Cli.Commands;
using HybridStore.Cli.Output;

namespace HybridStore.Cli.Prompt;

/// <summary><c>hybrid sql</c> on a terminal: asks for statements, and answers them, until there are no more.</summary>
internal sealed class SqlPrompt
{
    private const string Words = "hybrid> ";

    private readonly CommandContext _context;
    private readonly TextStyle _style;
    private readonly SqlSession _session;
    private readonly PromptHistory _history;
    private readonly PromptTerminal _terminal;

    private SqlPrompt(CommandContext context, SqlSession session)
    {
        _context = context;
        _style = context.OutStyle();
        _session = session;
        _history = new PromptHistory(PromptHistory.DefaultPath(Environment.GetEnvironmentVariable), context.Note);
        _terminal = new PromptTerminal(context.HasColor);
    }

    /// <summary>Runs the prompt.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="store">The store.</param>
    /// <param name="request">Format, limits and parameters to begin with.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static int Run(CommandContext context, Store store, SqlRequest request, CancellationToken cancellationToken)
    {
        using var session = new SqlSession(context, store, request);
        if (!context.IsQuiet) context.Out.WriteLine(session.Greeting());
        new SqlPrompt(context, session).Ask(cancellationToken);
        return ExitCode.Ok;
    }

    private void Ask(CancellationToken cancellationToken)
    {
        var completer = new SqlCompleter(_session.Catalog);
        using var interrupts = new PromptInterrupts(cancellationToken);
        while (!_session.HasEnded)
        {
            try
            {
                if (!Take(completer, interrupts.BeginTurn())) return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Say("Cancelled.");
            }
        }
    }

    /// <summary>Reads one input and answers it.</summary>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    private bool Take(SqlCompleter completer, CancellationToken cancellationToken)
    {
        if (_terminal.Read(() => new LineEditor(_history.Entries, SqlSession.IsComplete, completer.Complete), Words, cancellationToken) is not { } text) return false;
        _history.Add(text);
        try
        {
            var started = TimeProvider.System.GetTimestamp();
            var rows = _session.Run(text, cancellationToken);
            if (_session.ShowsTime && rows is { } count) Say(string.Create(CultureInfo.InvariantCulture, $"{count:N0} row{(count == 1 ? "" : "s")} in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:0.000} s"));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A prompt outlives its statements' errors, whatever they are.
            _context.Error.WriteLine(_style.Bad(ErrorReport.Explain(exception).Message));
        }

        return true;
    }

    private void Say(string text) => _context.Out.WriteLine(_style.Faint(text));
}
