using System.Runtime.InteropServices;

namespace HybridStore.Cli.Prompt;

/// <summary>Ctrl-C on a prompt: stops the turn that is under way, never the prompt.</summary>
/// <remarks>
/// It listens for as long as the prompt lives. The terminal gives Ctrl-C as a key while an input is edited and as a signal as soon as
/// it was submitted: a listener that begins with the answer misses a signal that comes between the two.
/// </remarks>
internal sealed class PromptInterrupts : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationToken _end;
    private readonly PosixSignalRegistration _registration;
    private CancellationTokenSource? _turn;

    /// <param name="end">Ends the prompt.</param>
    internal PromptInterrupts(CancellationToken end)
    {
        _end = end;
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>Begins the next turn: reading an input, and answering it.</summary>
    /// <returns>Cancelled by Ctrl-C and by the prompt's end; valid until the next turn begins.</returns>
    internal CancellationToken BeginTurn()
    {
        lock (_gate)
        {
            _turn?.Dispose();
            _turn = CancellationTokenSource.CreateLinkedTokenSource(_end);
            return _turn.Token;
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            _turn?.Dispose();
            _turn = null;
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate) _turn?.Cancel();
    }
}
