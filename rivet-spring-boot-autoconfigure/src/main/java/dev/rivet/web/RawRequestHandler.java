package dev.rivet.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.UserError;
import dev.rivet.client.RivetException;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.runtime.RequestHandling;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.MethodParameter;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.context.request.async.AsyncWebRequest;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.method.support.HandlerMethodArgumentResolverComposite;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.InvocableHandlerMethod;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestResponseBodyMethodProcessor;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitterReturnValueHandler;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityReturnValueHandler;
import org.springframework.web.servlet.mvc.method.annotation.ServletRequestDataBinderFactory;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBodyReturnValueHandler;

/**
 * Lets actors handle raw requests as Spring MVC lets controllers, with the argument
 * resolvers and message converters of the application.
 */
public final class RawRequestHandler {

	private static final Log logger = LogFactory.getLog(RawRequestHandler.class);

	private static final List<Class<?>> RESPONSES = List.of(ResponseBodyEmitterReturnValueHandler.class,
			StreamingResponseBodyReturnValueHandler.class, ResponseEntityReturnValueHandler.class);

	private final ActorRuntime runtime;

	private final RequestMappingHandlerAdapter mvc;

	private final long maxBody;

	private final @Nullable Long asyncTimeout;

	private final @Nullable AsyncTaskExecutor asyncExecutor;

	/**
	 * Creates a handler.
	 * @param runtime what runs the actors
	 * @param mvc how Spring MVC calls controllers
	 * @param maxBody the most bytes of a request's body
	 * @param asyncTimeout how many milliseconds a response may take, or {@code null} for
	 * as long as the web server allows
	 * @param asyncExecutor where streams are written, or {@code null} for Spring MVC's
	 * default
	 */
	public RawRequestHandler(ActorRuntime runtime, RequestMappingHandlerAdapter mvc, long maxBody,
			@Nullable Long asyncTimeout, @Nullable AsyncTaskExecutor asyncExecutor) {
		this.runtime = runtime;
		this.mvc = mvc;
		this.maxBody = maxBody;
		this.asyncTimeout = asyncTimeout;
		this.asyncExecutor = asyncExecutor;
	}

	/**
	 * Handles a request and waits until it is answered, or until the rest of the answer
	 * is in the hands of Spring MVC.
	 */
	void handle(HttpServletRequest request, HttpServletResponse response, GatewayRoute route,
			@Nullable JsonNode parameters) throws Exception {
		WebAsyncManager async = WebAsyncUtils.getAsyncManager(request);
		if (async.hasConcurrentResult()) {
			ended(response, async.getConcurrentResult());
			return;
		}
		if (request.getContentLengthLong() > this.maxBody) {
			throw MessageLimits.incomingTooLong(request);
		}
		RawRequest raw = new RawRequest(request, route, this.maxBody);
		if (raw.hasBody() && !this.runtime.requestMethod(route.actor())
			.join()
			.filter(RawRequestHandler::readsWhileItRuns)
			.isPresent()) {
			raw.readBody();
		}
		// with the request as it came, to which Spring MVC comes back at the end
		AsyncWebRequest asyncRequest = WebAsyncUtils.createAsyncWebRequest(request, response);
		asyncRequest.setTimeout(this.asyncTimeout);
		if (this.asyncExecutor != null) {
			async.setTaskExecutor(this.asyncExecutor);
		}
		async.setAsyncWebRequest(asyncRequest);
		Exchange exchange = new Exchange(new ServletWebRequest(raw,
				Objects.requireNonNull(asyncRequest.getNativeResponse(HttpServletResponse.class))));
		asyncRequest.addCompletionHandler(exchange::complete);
		try {
			Object result = this.runtime.handle(route.actor(), parameters, new CallRequest(raw), exchange)
				.join()
				.orElse(null);
			exchange.answer(result);
		}
		catch (CompletionException ex) {
			Exception refusal = exchange.refusal();
			if (refusal instanceof ErrorResponse) {
				exchange.answer(refusal);
				return;
			}
			throw (refusal != null) ? refusal : ex;
		}
		finally {
			if (!async.isConcurrentHandlingStarted()) {
				exchange.complete();
			}
		}
	}

	/**
	 * Ends a response whose emitter or stream has ended.
	 * @param result a {@code Throwable} if that has failed
	 */
	private static void ended(HttpServletResponse response, @Nullable Object result) throws IOException {
		if (!(result instanceof Throwable failure) || failure instanceof AsyncRequestNotUsableException) {
			return;
		}
		boolean late = failure instanceof AsyncRequestTimeoutException;
		if (!response.isCommitted()) {
			if (late) {
				response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
				return;
			}
			throw new CompletionException(failure);
		}
		if (!late) {
			logger.error("A stream has failed", failure);
			// which the web server breaks off, so that it does not look complete
			throw new IOException("A stream has failed");
		}
	}

	/**
	 * Returns whether a method reads the body itself, and may wait for the client while
	 * it has the actor's turn.
	 */
	private static boolean readsWhileItRuns(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.anyMatch((type) -> InputStream.class.isAssignableFrom(type) || Reader.class.isAssignableFrom(type));
	}

	/**
	 * One request and its response.
	 */
	private final class Exchange implements RequestHandling {

		private final NativeWebRequest request;

		private final ModelAndViewContainer container = new ModelAndViewContainer();

		private final CompletableFuture<@Nullable Void> completed = new CompletableFuture<>();

		private @Nullable InvocableHandlerMethod handler;

		private @Nullable Exception refusal;

		Exchange(NativeWebRequest request) {
			this.request = request;
		}

		@Override
		public @Nullable Object call(Object actor, Method method, ActorContext context, Connection connection)
				throws Exception {
			InvocableHandlerMethod handler = new InvocableHandlerMethod(actor, method);
			HandlerMethodArgumentResolverComposite resolvers = new HandlerMethodArgumentResolverComposite();
			resolvers.addResolvers(Objects.requireNonNull(RawRequestHandler.this.mvc.getArgumentResolvers()));
			handler.setHandlerMethodArgumentResolvers(resolvers);
			handler.setDataBinderFactory(binders());
			this.handler = handler;
			context.keepAwake(this.completed);
			try {
				return handler.invokeForRequest(this.request, this.container, context, connection);
			}
			catch (HttpMessageNotReadableException ex) {
				RivetException error = new RivetException(UserError.GROUP, "invalid_request",
						"The body cannot be read");
				error.initCause(ex);
				throw error;
			}
			catch (Exception ex) {
				if (ex instanceof ErrorResponse || ex instanceof BodyTooLargeException) {
					// a mistake of the client, not of the actor
					this.refusal = ex;
					throw new UserError("request_refused", String.valueOf(ex.getMessage()));
				}
				throw ex;
			}
		}

		private WebDataBinderFactory binders() {
			return new ServletRequestDataBinderFactory(List.of(),
					RawRequestHandler.this.mvc.getWebBindingInitializer());
		}

		/**
		 * Notes that the response is complete: until then the actor may have more to
		 * send.
		 */
		void complete() {
			this.completed.complete(null);
		}

		@Nullable Exception refusal() {
			return this.refusal;
		}

		void answer(@Nullable Object result) throws Exception {
			HttpServletResponse response = Objects
				.requireNonNull(this.request.getNativeResponse(HttpServletResponse.class));
			if (result == null) {
				response.setStatus(HttpServletResponse.SC_NO_CONTENT);
				return;
			}
			MethodParameter type = Objects.requireNonNull(this.handler).getReturnValueType(result);
			writer(type).handleReturnValue(result, type, this.container, this.request);
		}

		/**
		 * Returns what writes a response. What is no response is a body, whatever Spring
		 * MVC would make of it for a controller.
		 */
		private HandlerMethodReturnValueHandler writer(MethodParameter type) {
			List<HandlerMethodReturnValueHandler> all = Objects
				.requireNonNull(RawRequestHandler.this.mvc.getReturnValueHandlers());
			return all.stream()
				.filter((each) -> RESPONSES.contains(each.getClass()) && each.supportsReturnType(type))
				.findFirst()
				.orElseGet(() -> all.stream()
					.filter(RequestResponseBodyMethodProcessor.class::isInstance)
					.findFirst()
					.orElseThrow());
		}

	}

}
